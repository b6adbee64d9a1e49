import type { NetworkClient } from '../../client/connect.ts';
import { AgentLogDocument, MessagesDocument } from '../../client/generated/graphql.ts';
import { z } from 'zod';
import type { LogLine, Mail } from './history.ts';
import { parseLogLine } from './parse-log-line.ts';

const body = z.object({ series: z.string(), number: z.number() });

/** What the feeds of all agents have told until now. */
export interface Watching {
  readonly logs: ReadonlyMap<string, readonly LogLine[]>;
  readonly mail: ReadonlyMap<string, readonly Mail[]>;
  /** Rejects when a feed ends by a fault; ends with the client. */
  readonly ended: Promise<void>;
}

/** Follows what agents print, and what they are sent, from the beginning. Until the client is closed. */
export function watchTravellers(client: NetworkClient, agents: readonly string[]): Watching {
  const logs = new Map<string, LogLine[]>();
  const mail = new Map<string, Mail[]>();
  const follow = agents.flatMap((agent) => {
    const lines: LogLine[] = [];
    const letters: Mail[] = [];
    logs.set(agent, lines);
    mail.set(agent, letters);
    return [followLog(client, agent, lines), followMail(client, agent, letters)];
  });
  return { logs, mail, ended: Promise.all(follow).then(() => undefined) };
}

async function followLog(client: NetworkClient, agent: string, lines: LogLine[]): Promise<void> {
  for await (const { data } of client.feed(AgentLogDocument, { agent })) {
    const line = parseLogLine(data.agentLog?.text ?? '');
    if (line) lines.push(line);
  }
}

async function followMail(client: NetworkClient, agent: string, letters: Mail[]): Promise<void> {
  for await (const { data } of client.feed(MessagesDocument, { agent })) {
    if (data.messages?.truncated) throw new Error(`Messages of ${agent} are gone that its feed has not had`);
    const message = data.messages?.message;
    if (message) letters.push({ sequence: message.sequence, ...body.parse(message.body) });
  }
}
