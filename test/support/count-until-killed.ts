import { pino } from 'pino';
import { openShapes } from '../../nodes/open-shapes.ts';
import { openNodeTables } from '../../nodes/open-tables.ts';
import { countingPrograms } from './counting-programs.ts';
import { everybodyHere } from './everybody-here.ts';
import { TableRuntime } from './table-runtime.ts';

// A process of its own: in the folder it is given an agent counts messages, of which each is sent to it eight at a time from the given number on, and passes
// them on to another one. Says each number once it has been acknowledged, and goes on until it is killed.
const [, , folder = '', from = '0'] = process.argv;
const alice = { username: 'alice', role: 'DEVELOPER' } as const;

const { db } = await openNodeTables(folder);
const { world, traffic } = await openShapes({
  node: 'main',
  folder,
  db,
  claimAgent: async () => ({ epoch: 1 }),
  releaseAgent: async () => undefined,
  post: everybodyHere(),
  runtime: new TableRuntime(countingPrograms),
  log: pino({ level: 'silent' }),
});
for (const name of Object.keys(countingPrograms)) {
  if (await world.hasAgent(`alice/${name}`)) continue;
  await world.shape.execute({
    query:
      'mutation ($name: String!) { deployAgent(node: "main", input: { name: $name, code: $name, start: true }) { id } }',
    variables: { name },
    viewer: alice,
  });
}
await world.startAgents();

let next = Number(from);
async function sendForEver(): Promise<never> {
  for (;;) {
    const body = next++;
    const query = 'mutation ($body: JSON!) { sendMessage(input: { to: "alice/count", body: $body }) { id } }';
    const { errors } = await traffic.shape.execute({ query, variables: { body }, viewer: alice });
    process.stdout.write(errors ? `${JSON.stringify(errors)}\n` : `${body}\n`);
  }
}
await Promise.all(Array.from({ length: 8 }, sendForEver));
