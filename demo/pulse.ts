import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type NetworkClient, connect } from '../client/connect.ts';
import {
  DeployAgentDocument,
  SendMessageDocument,
  SetAgentStatusDocument,
  SignInDocument,
} from '../client/generated/graphql.ts';
import { demoAgents } from './nodes.ts';
import type { Person } from './people.ts';
import { invariant } from '../wire/invariant.ts';

const beatMs = 1_500;

export interface Pulse {
  close(): Promise<void>;
}

export interface PulseOptions {
  readonly url: string;
  readonly people: readonly Person[];
  readonly report: (line: string) => void;
}

/** Deploys the agents of the demo as the people whose they are, and has them write to each other until it is closed. */
export async function startPulse({ url, people, report }: PulseOptions): Promise<Pulse> {
  const clients = new Map(
    await Promise.all(people.map(async (person) => [person.username, await signIn(url, person)] as const)),
  );
  for (const { owner, name, node, program } of demoAgents) {
    const client = clients.get(owner);
    const code = readFileSync(new URL(`agents/${program}`, import.meta.url), 'utf8');
    await client?.mutate(DeployAgentDocument, { node, input: { name, code } });
    await client?.mutate(SetAgentStatusDocument, { id: `${owner}/${name}`, status: 'RUNNING' });
  }
  const stopping = new AbortController();
  const beating = beat(clients, report, stopping.signal);
  return {
    close: async () => {
      stopping.abort();
      await beating;
      for (const client of clients.values()) client.close();
    },
  };
}

async function signIn(url: string, { username, password }: Person): Promise<NetworkClient> {
  const client = connect(url);
  const { data } = await client.mutate(SignInDocument, { username, password });
  client.setToken(data.signIn?.token);
  return client;
}

/** One message after the other, round and round. Resolves when it is told to stop; a node that is down only misses its messages. */
async function beat(
  clients: ReadonlyMap<string, NetworkClient>,
  report: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const unreached = new Set<string>();
  for (let turn = 0; !signal.aborted; turn++) {
    const { from, to } = pair(turn);
    const input = {
      from: `${from.owner}/${from.name}`,
      to: `${to.owner}/${to.name}`,
      body: { parcel: `parcel ${turn + 1}`, at: new Date().toISOString() },
    };
    try {
      await clients.get(from.owner)?.mutate(SendMessageDocument, { input }, { signal });
      if (unreached.delete(to.node)) report(`messages reach ${to.node} again`);
    } catch (error) {
      if (signal.aborted) return;
      const reason = error instanceof Error ? error.message : String(error);
      if (!unreached.has(to.node)) report(`messages do not reach ${to.node} now (${reason})`);
      unreached.add(to.node);
    }
    await delay(beatMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Everybody writes to everybody else in turn. */
function pair(turn: number) {
  const size = demoAgents.length;
  const sender = turn % size;
  const distance = 1 + (Math.floor(turn / size) % (size - 1));
  const from = demoAgents[sender];
  const to = demoAgents[(sender + distance) % size];
  invariant(from && to, 'the demo has agents');
  return { from, to };
}
