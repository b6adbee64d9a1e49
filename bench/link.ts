import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Pool } from 'undici';
import { openWebSocketLink } from '../gateway/links/websocket-link.ts';
import { secure } from '../identity/peer-tls.ts';
import { limits } from '../schema/limits.ts';
import { dialTcp } from '../wire/dial.ts';
import { newIdentity } from './new-identity.ts';
import { formatTable, median } from './table.ts';

const query = 'query ($first: Int) { rows(first: $first) { id name owner health } }';
const variables = { first: 10 };
const callsPerRound = 4_000;
const rounds = 5;
const concurrency = 20;

type Call = () => Promise<unknown>;
interface Cost {
  readonly gateway: number;
  readonly node: number;
}

/** CPU per upstream call at both ends: a link beside an HTTP pool of undici, to the same subgraph in another process. */
export async function benchLink(): Promise<void> {
  const child = fork(new URL('link/node.ts', import.meta.url), { execArgv: ['--import', 'tsx'] });
  const identity = await newIdentity();
  child.send({ initial: identity.key.publicKey.fingerprint });
  const [{ port, linkPort }] = (await once(child, 'message')) as [{ port: number; linkPort: number }];
  const dial = async () =>
    secure(await dialTcp({ host: '127.0.0.1', port: linkPort }, limits.dialTimeoutMs), {
      certificate: identity.certificate,
      accepts: () => true,
      timeoutMs: limits.dialTimeoutMs,
    });
  const link = openWebSocketLink({ node: 'n1', dial });
  await new Promise<void>((resolve) => void link.onStateChange(() => resolve()));
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: concurrency });

  const overLink: Call = () => link.execute({ shape: 'bench', query, variables, timeoutMs: 10_000 });
  const overHttp: Call = async () => {
    const { body } = await pool.request({
      method: 'POST',
      path: '/subgraphs/bench',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    return body.json();
  };
  try {
    await run(overLink);
    await run(overHttp);
    const link: Cost[] = [];
    const http: Cost[] = [];
    for (let round = 0; round < rounds; round += 1) {
      link.push(await measure(overLink, child));
      http.push(await measure(overHttp, child));
    }
    print(middle(link), middle(http));
  } finally {
    await Promise.all([link.close(), pool.close()]);
    child.disconnect();
  }
}

async function run(call: Call): Promise<void> {
  let left = callsPerRound;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await call();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

/** Microseconds of CPU per call. */
async function measure(call: Call, child: ChildProcess): Promise<Cost> {
  const nodeBefore = await cpuOf(child);
  const before = process.cpuUsage();
  await run(call);
  const { user, system } = process.cpuUsage(before);
  const node = (await cpuOf(child)) - nodeBefore;
  return { gateway: (user + system) / callsPerRound, node: node / callsPerRound };
}

async function cpuOf(child: ChildProcess): Promise<number> {
  child.send('cpu');
  const [microseconds] = (await once(child, 'message')) as [number];
  return microseconds;
}

function middle(costs: readonly Cost[]): Cost {
  return {
    gateway: median(costs.map(({ gateway }) => gateway)),
    node: median(costs.map(({ node }) => node)),
  };
}

function print(link: Cost, http: Cost): void {
  const row = (name: string, { gateway, node }: Cost) =>
    [name, gateway, gateway / http.gateway, node, node / http.node] as const;
  console.log(
    formatTable({
      title: `link: CPU per upstream call, in µs (${concurrency} at a time, 10 rows)`,
      columns: ['', 'gateway', 'to HTTP', 'node', 'to HTTP'],
      rows: [row('one link', link), row('undici pool over HTTP', http)],
    }),
  );
}
