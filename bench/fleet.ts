import { composeServices } from '@apollo/composition';
import { parseShape } from '../gateway/compose/shape.ts';
import { readSdl } from '../schema/read-sdl.ts';
import { type BenchGateway, openBenchGateway } from './fleet/open-gateway.ts';
import { formatTable, median } from './table.ts';

const sizes = [1, 10, 100, 1_000] as const;
const rounds = 7;
/** Requests to nodes in one round, whatever the size of the network: rounds take equally long. */
const nodeRequestsPerRound = 4_000;

const page = '{ entities(first: 20) { nodes { id name } pageInfo { hasNextPage endCursor } } }';
const stats = (size: number): string =>
  `{ nodes(first: ${size}) { nodes { id stats { cpuPercent memoryMb agents } } } }`;

/**
 * What a network costs the gateway as it grows: a page and a dashboard over all nodes, planning, and a join; beside them what it would cost to
 * compose every node as a subgraph of its own.
 */
export async function benchFleet(): Promise<void> {
  const gateways = sizes.map((size) => openBenchGateway(size));
  console.log(formatTable({ title: 'fleet: CPU of the gateway', ...(await measureSizes(gateways)) }));
  const last = gateways.at(-1);
  if (last) console.log(await measureJoin(last));
  console.log(formatTable({ title: 'fleet: composing one subgraph per node instead', ...composeMany() }));
}

async function measureSizes(gateways: readonly BenchGateway[]) {
  const rows: (string | number)[][] = [];
  let floor: readonly [number, number, number] | undefined;
  for (const gateway of gateways) {
    const size = gateway.roster.members().length;
    const pageUs = await measure(gateway, page, size);
    const statsUs = await measure(gateway, stats(size), size);
    const planMs = measurePlanning(gateway);
    const perNode = [pageUs / size, statsUs / size, planMs] as const;
    floor ??= perNode;
    rows.push([
      String(size),
      pageUs,
      perNode[0],
      perNode[0] / floor[0],
      statsUs,
      perNode[1],
      perNode[1] / floor[1],
      planMs,
      planMs / floor[2],
    ]);
  }
  return {
    columns: [
      'nodes',
      'page µs',
      'per node',
      'to one',
      'stats µs',
      'per node',
      'to one',
      'planning ms',
      'to one',
    ],
    rows,
  };
}

/** CPU time per request, in microseconds. */
async function measure(gateway: BenchGateway, query: string, size: number): Promise<number> {
  const operation = gateway.compile(query);
  if (operation.kind === 'subscription') throw new Error('Expected a query');
  const requests = Math.max(4, Math.ceil(nodeRequestsPerRound / size));
  const results: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const before = process.cpuUsage();
    for (let request = 0; request < requests; request++) {
      const { errors } = await operation.execute({}, gateway.context());
      if (errors) throw new Error(JSON.stringify(errors[0]));
    }
    const { user, system } = process.cpuUsage(before);
    // The first round warms up.
    if (round > 0) results.push((user + system) / requests);
  }
  return median(results);
}

/** Planning an operation that is new, in milliseconds. */
function measurePlanning(gateway: BenchGateway): number {
  const results: number[] = [];
  for (let plan = 0; plan < 60; plan++) {
    const start = performance.now();
    gateway.compile(page.replace('entities', `page${plan}: entities`));
    results.push(performance.now() - start);
  }
  return median(results.slice(20));
}

/** One more node while requests and a subscription are under way. */
async function measureJoin(gateway: BenchGateway): Promise<string> {
  const subscription = gateway.compile('subscription { nodeStats { agents } }');
  if (subscription.kind !== 'subscription') throw new Error('Expected a subscription');
  const stream = subscription.subscribe({}, { ...gateway.context(), deadline: Infinity });
  if ('errors' in stream) throw new Error(JSON.stringify(stream.errors));
  const members = gateway.roster.members().length;
  for (let event = 0; event < members; event++) await stream.next();

  const query = gateway.compile(page);
  if (query.kind === 'subscription') throw new Error('Expected a query');
  const busy = Array.from({ length: 5 }, () => query.execute({}, gateway.context()));
  const start = performance.now();
  gateway.join('joins');
  const joinedMs = performance.now() - start;
  const first = await stream.next();
  await Promise.all(busy);
  const quiet = performance.now();
  gateway.join('joins-too');
  await stream.next();
  const streamedMs = performance.now() - quiet;
  const { extensions } = await query.execute({}, gateway.context());
  await stream.return?.();

  const isPlanKept = gateway.operations.cached({ query: page, role: undefined, variables: {} }) === query;
  return [
    `\nfleet: node ${members + 1} joins while ${busy.length} pages over all nodes and a subscription are under way`,
    `  it is a member after ${joinedMs.toFixed(2)} ms; the next one, in a quiet moment, streams to the subscriber after ${streamedMs.toFixed(2)} ms`,
    `  plan kept: ${String(isPlanKept)}; subscription goes on: ${String(!first.done)}; next page: ${JSON.stringify(extensions)}`,
  ].join('\n');
}

function composeMany() {
  const typeDefs = parseShape({
    name: 'world',
    sdl: readSdl('world').replaceAll(/^type (?!PageInfo)(\w+)/gm, 'type $1 @shareable'),
  });
  const compose = (size: number): number => {
    const services = Array.from({ length: size }, (_, node) => ({
      name: `n${node}`,
      url: `http://n${node}`,
      typeDefs,
    }));
    const start = performance.now();
    const { errors } = composeServices(services);
    if (errors) throw new Error(errors[0]?.message);
    return performance.now() - start;
  };
  compose(1);
  const one = compose(1);
  const rows = [1, 10, 50, 100].map((size) => {
    const ms = size === 1 ? one : compose(size);
    return [String(size), ms, ms / size, ms / size / one];
  });
  return { columns: ['nodes', 'ms at each join', 'per node', 'to one'], rows };
}
