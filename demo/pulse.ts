import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { bundleAgent } from '../agents/bundle/bundle-agent.ts';
import { type NetworkClient, connect } from '../client/connect.ts';
import {
  AgentHomeDocument,
  DeployAgentDocument,
  SendMessageDocument,
  SignInDocument,
} from '../client/generated/graphql.ts';
import { errands } from './errands.ts';
import { courierRoute, demoAgents } from './nodes.ts';
import type { Person } from './people.ts';
import { watchCourier } from './watch-courier.ts';

const beatMs = 1_500;
const samples = fileURLToPath(new URL('../agents/samples/', import.meta.url));

export interface Pulse {
  close(): Promise<void>;
}

export interface PulseOptions {
  readonly url: string;
  readonly people: readonly Person[];
  readonly report: (line: string) => void;
}

type Clients = ReadonlyMap<string, NetworkClient>;

/** Deploys the agents of the demo as the people whose they are, has people write to them, and tells where the courier is, until it is closed. */
export async function startPulse({ url, people, report }: PulseOptions): Promise<Pulse> {
  const clients: Clients = new Map(
    await Promise.all(people.map(async (person) => [person.username, await signIn(url, person)] as const)),
  );
  for (const agent of demoAgents) await deploy(clients, agent, report);
  const stopping = new AbortController();
  await send(clients, { from: 'ada', to: 'ada/courier', body: { route: courierRoute } }, stopping.signal);
  const under = [
    beat(clients, report, stopping.signal),
    watchCourier(clients.get('ada'), report, stopping.signal),
  ];
  return {
    close: async () => {
      stopping.abort();
      for (const client of clients.values()) client.close();
      await Promise.all(under);
    },
  };
}

async function signIn(url: string, { username, password }: Person): Promise<NetworkClient> {
  const client = connect(url);
  const { data } = await client.mutate(SignInDocument, { username, password });
  client.setToken(data.signIn?.token);
  return client;
}

/** Where it lives already, after an earlier start of the demo; else where it begins. A node that does not host it (without bubblewrap) is no reason to end. */
async function deploy(
  clients: Clients,
  { owner, name, node, sample }: (typeof demoAgents)[number],
  report: (line: string) => void,
): Promise<void> {
  const client = clients.get(owner);
  const id = `${owner}/${name}`;
  try {
    const home = (await client?.query(AgentHomeDocument, { id }))?.data.agent?.node?.id;
    const code = await bundleAgent(`${samples}${sample}.ts`);
    await client?.mutate(DeployAgentDocument, { node: home ?? node, input: { name, code, start: true } });
  } catch (error) {
    report(`${id} does not live on ${node}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

interface Sent {
  /** A person. */
  readonly from: string;
  readonly to: string;
  readonly body: unknown;
}

function send(clients: Clients, { from, to, body }: Sent, signal: AbortSignal) {
  return clients.get(from)?.mutate(SendMessageDocument, { input: { to, body } }, { signal });
}

/** One errand after the other, round and round. Resolves when it is told to stop; a node that is down only misses its messages. */
async function beat(clients: Clients, report: (line: string) => void, signal: AbortSignal): Promise<void> {
  const unreached = new Set<string>();
  for (let turn = 0; !signal.aborted; turn++) {
    const errand = errands(turn);
    try {
      await send(clients, errand, signal);
      if (unreached.delete(errand.to)) report(`messages reach ${errand.to} again`);
    } catch (error) {
      if (signal.aborted) return;
      const reason = error instanceof Error ? error.message : String(error);
      if (!unreached.has(errand.to)) report(`messages do not reach ${errand.to} now (${reason})`);
      unreached.add(errand.to);
    }
    await delay(beatMs, undefined, { signal }).catch(() => undefined);
  }
}
