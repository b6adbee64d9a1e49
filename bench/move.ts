import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readNodeKey } from '../identity/node-key.ts';
import { loadInitialConfig, loadNodeConfig } from '../nodes/config.ts';
import type { MovePoint } from '../nodes/moving/moving-options.ts';
import { openRegistryTables } from '../nodes/open-tables.ts';
import { startInitial } from '../nodes/start-initial.ts';
import { startNode } from '../nodes/start-node.ts';
import { createUser } from '../subgraphs/registry/users.ts';
import { formatTable, median } from './table.ts';

const moves = 40;
const messagesPerSecond = 200;
const quiet = { logLevel: 'silent', port: 0, hosting: 'network' } as const;

interface Scenario {
  readonly name: string;
  readonly to: 'oslo' | 'laptop';
  readonly memoryBytes: number;
  readonly unread: number;
  readonly moves: number;
}

const scenarios: readonly Scenario[] = [
  { name: '64 KiB', to: 'oslo', memoryBytes: 65_536, unread: 0, moves },
  { name: '64 KiB and 10,000 unread', to: 'oslo', memoryBytes: 65_536, unread: 10_000, moves: moves / 4 },
  { name: '1 MB, through a tunnel', to: 'laptop', memoryBytes: 900_000, unread: 0, moves: moves / 4 },
];

/** How long an agent stands still between two nodes of this process's machine, while messages flow to it. */
export async function benchMove(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'codecraft-bench-'));
  const pauses = new Map<string, { frozenAt: number; readonly ms: number[] }>();
  const moving = { onPoint: (point: MovePoint, agent: string) => note(pauses, point, agent) };
  const place = (name: string): string => join(folder, name);
  const tables = await openRegistryTables(place('initial'));
  await createUser(tables.db, { username: 'ada', password: 'correct horse', role: 'ADMIN' });
  await tables.close();
  const config = loadInitialConfig(place('initial'), { ...quiet, approveLoopbackNodes: true });
  const initial = await startInitial({ folder: place('initial'), config, moving });
  const { fingerprint: initialKey } = readNodeKey(join(place('initial'), 'id_ed25519')).publicKey;
  const start = (name: string, kind: string) =>
    startNode({
      folder: place(name),
      config: loadNodeConfig(place(name), { ...quiet, name, kind, initial: initial.url, initialKey }),
      moving,
    });
  const nodes = [
    await start('rome', 'trusted'),
    await start('oslo', 'trusted'),
    await start('laptop', 'local'),
  ];
  try {
    const ask = await signIn(initial.url);
    await delay(2_000);
    const rows: (string | number)[][] = [];
    for (const [index, scenario] of scenarios.entries()) {
      rows.push([scenario.name, ...(await measure(ask, `ada/agent-${index}`, scenario, pauses))]);
    }
    console.log(
      formatTable({
        title: `move: ms from the last moment at which the agent may run at its source until it is at its target, under ${messagesPerSecond} messages/s`,
        columns: ['', 'moves', 'p50', 'p99', 'max'],
        rows,
      }),
    );
  } finally {
    for (const node of nodes) await node.close();
    await initial.close();
    rmSync(folder, { recursive: true });
  }
}

type Ask = (query: string, variables?: Record<string, unknown>) => Promise<Record<string, unknown>>;

async function measure(
  ask: Ask,
  agent: string,
  scenario: Scenario,
  pauses: ReadonlyMap<string, { readonly ms: readonly number[] }>,
): Promise<readonly number[]> {
  const input = {
    name: agent.slice('ada/'.length),
    code: 'export function message() {}',
    memory: { filling: 'x'.repeat(scenario.memoryBytes) },
  };
  await ask('mutation ($input: DeployAgentInput!) { deployAgent(node: "rome", input: $input) { id } }', {
    input,
  });
  const send = () =>
    ask('mutation ($to: ID!) { sendMessage(input: { to: $to, body: "hello" }) { id } }', { to: agent });
  for (let sent = 0; sent < scenario.unread; sent += 100)
    await Promise.all(Array.from({ length: 100 }, send));
  const flow = setInterval(() => void send().catch(() => undefined), 1_000 / messagesPerSecond);
  let here = 'rome';
  for (let move = 0; move < scenario.moves; move += 1) {
    const to = here === 'rome' ? scenario.to : 'rome';
    await ask('mutation ($id: ID!, $to: ID!) { moveAgent(id: $id, to: $to) { id } }', { id: agent, to });
    while ((pauses.get(agent)?.ms.length ?? 0) <= move) await delay(5);
    await settled(ask, agent);
    here = to;
  }
  clearInterval(flow);
  const ms = pauses.get(agent)?.ms ?? [];
  const sorted = ms.toSorted((a, b) => a - b);
  return [
    ms.length,
    median(ms),
    sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
    sorted.at(-1) ?? Number.NaN,
  ];
}

async function settled(ask: Ask, agent: string): Promise<void> {
  for (;;) {
    const { agent: found } = await ask('query ($id: ID!) { agent(id: $id) { move { id } } }', { id: agent });
    if (Object(found).move === null) return;
    await delay(5);
  }
}

function note(
  pauses: Map<string, { frozenAt: number; readonly ms: number[] }>,
  point: MovePoint,
  agent: string,
): void {
  const known = pauses.get(agent) ?? { frozenAt: 0, ms: [] };
  pauses.set(agent, known);
  if (point === 'before freeze') known.frozenAt = performance.now();
  if (point === 'after activate') known.ms.push(performance.now() - known.frozenAt);
}

async function signIn(url: string): Promise<Ask> {
  const post = async (body: unknown, headers: Record<string, string>) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    const { data, errors }: { data?: Record<string, unknown>; errors?: unknown } = Object(
      await response.json(),
    );
    if (errors || !data) throw new Error(JSON.stringify(errors));
    return data;
  };
  const query = 'mutation { signIn(username: "ada", password: "correct horse") { token } }';
  const { signIn: session } = await post({ query }, {});
  const authorization = `Bearer ${String(Object(session).token)}`;
  return (text, variables) => post({ query: text, variables }, { authorization });
}
