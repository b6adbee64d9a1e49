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
  let failing = false;
  for (let turn = 0; !signal.aborted; turn++) {
    const from = demoAgents[turn % demoAgents.length];
    const to =
      demoAgents[
        (turn + 1 + (Math.floor(turn / demoAgents.length) % (demoAgents.length - 1))) % demoAgents.length
      ];
    if (!from || !to) return;
    const input = {
      from: `${from.owner}/${from.name}`,
      to: `${to.owner}/${to.name}`,
      body: { parcel: `parcel ${turn + 1}`, at: new Date().toISOString() },
    };
    try {
      await clients.get(from.owner)?.mutate(SendMessageDocument, { input }, { signal });
      if (failing) report('messages flow again');
      failing = false;
      await delay(beatMs, undefined, { signal });
    } catch (error) {
      if (signal.aborted) return;
      if (!failing)
        report(`a message did not get through (${error instanceof Error ? error.message : String(error)})`);
      failing = true;
      await delay(beatMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
