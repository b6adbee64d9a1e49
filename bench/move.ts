import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import { type MoveBenchNodes, startMoveNodes } from './move/start-nodes.ts';
import { formatTable, median } from './table.ts';

const messagesPerSecond = 200;

interface Scenario {
  readonly name: string;
  readonly to: 'oslo' | 'laptop';
  readonly memoryBytes: number;
  /** How many messages it has not taken, and what each has to say. */
  readonly unread: number;
  readonly body: string;
  readonly moves: number;
}

const scenarios: readonly Scenario[] = [
  { name: '64 KiB', to: 'oslo', memoryBytes: 65_536, unread: 0, body: '', moves: 100 },
  {
    name: '64 KiB and 10,000 unread',
    to: 'oslo',
    memoryBytes: 65_536,
    unread: 10_000,
    body: 'hello',
    moves: 50,
  },
  {
    name: '4 MiB (1 of memory, 3 unread), through a tunnel',
    to: 'laptop',
    memoryBytes: 1_000_000,
    unread: 100,
    body: 'x'.repeat(32_000),
    moves: 50,
  },
];

/** How long an agent stands still between two nodes of this machine, each a process of its own, while messages flow to it. */
export async function benchMove(): Promise<void> {
  const nodes = await startMoveNodes();
  const pool = new Pool(nodes.url, { connections: 64 });
  try {
    const ask = await signIn(pool);
    const rows: (string | number)[][] = [];
    for (const [index, scenario] of scenarios.entries()) {
      rows.push([scenario.name, ...(await measure(nodes, ask, { agent: `ada/agent-${index}`, scenario }))]);
    }
    console.log(
      formatTable({
        title: `move: ms from the last moment at which the agent may run at its source until it is at its target, under ${messagesPerSecond} messages/s`,
        columns: ['', 'moves', 'p50', 'p99', 'max'],
        rows,
      }),
    );
  } finally {
    await pool.destroy();
    await nodes.close();
  }
}

type Ask = (query: string, variables?: Record<string, unknown>) => Promise<Record<string, unknown>>;

async function measure(
  { points }: MoveBenchNodes,
  ask: Ask,
  { agent, scenario }: { readonly agent: string; readonly scenario: Scenario },
): Promise<readonly number[]> {
  const { memoryBytes, unread, body, moves } = scenario;
  const input = {
    name: agent.slice('ada/'.length),
    // What it remembers changes all the time, so that it is not the same as in the copy. What it has no handler for stays unread.
    code: `export function start() { memory.filling = 'x'.repeat(${memoryBytes}); memory.seen = 0 }
           export function ${unread > 0 ? 'tick' : 'message'}() { memory.seen += 1 }`,
    start: true,
  };
  await ask('mutation ($input: DeployAgentInput!) { deployAgent(node: "rome", input: $input) { id } }', {
    input,
  });
  const send = (text: string) =>
    ask('mutation ($to: ID!, $body: JSON!) { sendMessage(input: { to: $to, body: $body }) { id } }', {
      to: agent,
      body: text,
    });
  await started(ask, agent);
  for (let sent = 0; sent < unread; sent += 50)
    await Promise.all(Array.from({ length: 50 }, () => send(body)));
  const flow = setInterval(() => void send('hello').catch(() => undefined), 1_000 / messagesPerSecond);
  const pauses: number[] = [];
  let here = 'rome';
  for (let move = 0; move < moves; move += 1) {
    const to = here === 'rome' ? scenario.to : 'rome';
    const pause = pauseOf(points, agent);
    await ask('mutation ($id: ID!, $to: ID!) { moveAgent(id: $id, to: $to) { id } }', { id: agent, to });
    pauses.push(await pause);
    here = to;
  }
  clearInterval(flow);
  const sorted = pauses.toSorted((a, b) => a - b);
  return [moves, median(pauses), sorted[Math.floor(moves * 0.99)] ?? Number.NaN, sorted.at(-1) ?? Number.NaN];
}

/** Resolves when its memory is as large as it is to be. */
async function started(ask: Ask, agent: string): Promise<void> {
  for (;;) {
    const { agent: found } = await ask('query ($id: ID!) { agent(id: $id) { memory } }', { id: agent });
    if (Object(Object(found).memory).seen !== undefined) return;
    await delay(50);
  }
}

/** Of the agent's next move; resolves when that is over on both sides. Rejects when it is given up. */
function pauseOf(points: MoveBenchNodes['points'], agent: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const at = new Map<string, number>();
    points.on('point', function note(report) {
      if (report.agent !== agent) return;
      at.set(report.point, report.atMs);
      if (report.point === 'after resume') reject(new Error('Expected a move, got one that was given up'));
      if (!at.has('after confirm') || !at.has('after release')) return;
      points.off('point', note);
      resolve((at.get('after activate') ?? Number.NaN) - (at.get('before freeze') ?? Number.NaN));
    });
  });
}

/** Over a pool: `fetch` would take as much of the two cores as one of the nodes does. */
async function signIn(pool: Pool): Promise<Ask> {
  const post = async (body: unknown, headers: Record<string, string>) => {
    const response = await pool.request({
      path: '/graphql',
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    const { data, errors }: { data?: Record<string, unknown>; errors?: unknown } = Object(
      await response.body.json(),
    );
    if (errors || !data) throw new Error(JSON.stringify(errors));
    return data;
  };
  const query = 'mutation { signIn(username: "ada", password: "correct horse") { token } }';
  const { signIn: session } = await post({ query }, {});
  const authorization = `Bearer ${String(Object(session).token)}`;
  return (text, variables) => post({ query: text, variables }, { authorization });
}
