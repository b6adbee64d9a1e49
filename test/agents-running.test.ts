import { expect, test } from 'vitest';
import type { AgentInput } from '../agents/agent-runtime.ts';
import { openAgents } from './support/open-agents.ts';
import type { TableProgram } from './support/table-runtime.ts';

/** Keeps the bodies of all messages, in order. */
const keeper: TableProgram = {
  message: ({ memory }, input) => {
    if (input.kind !== 'message') return;
    const seen = Array.isArray(memory['seen']) ? memory['seen'] : [];
    memory['seen'] = [...seen, input.message.body];
  },
};
const bodyOf = (input: AgentInput) => (input.kind === 'message' ? input.message.body : undefined);

test('an agent that is started is told so, once, and then gets its messages in order', async () => {
  const { deploy, send, untilMemory, ask, db } = await openAgents({
    programs: { x: { ...keeper, start: ({ memory }) => void (memory['starts'] = 1) } },
  });
  await deploy('scout', 'x');
  for (const body of [1, 2, 3]) await send('scout', body);
  await untilMemory('scout', { starts: 1, seen: [1, 2, 3] });
  expect(await ask('{ inbox(agent: "alice/scout") { totalCount } }')).toEqual({ inbox: { totalCount: 0 } });
  expect(await db.selectFrom('agents').select('run').executeTakeFirst()).toEqual({ run: 4 });
});

test('messages that came before it was started wait for it', async () => {
  const { deploy, send, untilMemory, ask, memory } = await openAgents({ programs: { x: keeper } });
  await deploy('scout', 'x', { start: false });
  for (const body of [1, 2]) await send('scout', body);
  expect(await memory('scout')).toEqual({});
  await ask('mutation { setAgentStatus(id: "alice/scout", status: RUNNING) { id } }');
  await untilMemory('scout', { seen: [1, 2] });
});

test('what an agent sends arrives, with one more hop than what it answers', async () => {
  const { deploy, send, untilMemory, db } = await openAgents({
    programs: {
      echo: {
        message: (world, input) => world.do({ kind: 'send', to: 'alice/keeper', body: bodyOf(input) }),
      },
      keeper,
    },
  });
  await deploy('keeper', 'keeper');
  await deploy('echo', 'echo');
  await send('echo', 'hello');
  await untilMemory('keeper', { seen: ['hello'] });
  const messages = await db.selectFrom('messages').select(['inbox', 'hops']).orderBy('inbox').execute();
  expect(messages).toEqual([
    { inbox: 'alice/echo', hops: 0 },
    { inbox: 'alice/keeper', hops: 1 },
  ]);
});

test('an agent goes on after a restart from what it has committed, in a fresh instance', async () => {
  const programs = {
    x: { ...keeper, start: ({ memory }) => void (memory['starts'] = true) },
  } satisfies Record<string, TableProgram>;
  const first = await openAgents({ programs });
  await first.deploy('scout', 'x');
  await first.send('scout', 1);
  await first.untilMemory('scout', { starts: true, seen: [1] });
  await first.close();
  const second = await openAgents({ programs, folder: first.folder });
  await second.send('scout', 2);
  await second.untilMemory('scout', { starts: true, seen: [1, 2] });
  expect(second.runtime.batches.flatMap(({ inputs }) => inputs.map(({ kind }) => kind))).toEqual(['message']);
});
