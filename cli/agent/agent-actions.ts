import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import pc from 'picocolors';
import {
  type AgentStatus,
  AgentDocument,
  AgentsPageDocument,
  DeleteAgentDocument,
  ExportAgentDocument,
  ImportAgentDocument,
  MoveAgentDocument,
  MovesDocument,
  RollbackAgentDocument,
  RunInAgentDocument,
  SayDocument,
  SendMessageDocument,
  SetAgentStatusDocument,
  SetSecretDocument,
} from '../../client/generated/graphql.ts';
import { withSession } from '../open-client.ts';
import { findInitial } from './find-initial.ts';
import { whoseAgent } from './whose-agent.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2));

/** One line each, by owner and name. */
export async function listAgents(owner: string | undefined): Promise<void> {
  await withSession(async (client, { username }) => {
    const readPage = (after: string | null) =>
      client.query(AgentsPageDocument, { owner: owner ?? username, after });
    for (let after: string | null | undefined = null; after !== undefined;) {
      const { data, errors }: Awaited<ReturnType<typeof readPage>> = await readPage(after);
      for (const error of errors) process.stderr.write(`${pc.yellow('missing')} ${error.message}\n`);
      for (const agent of data.agents?.nodes ?? []) {
        if (!agent) continue;
        const { id, status, version, node } = agent;
        print(
          `${id.padEnd(32)} ${status?.toLowerCase().padEnd(8)} on ${node?.id ?? '?'}  version ${version}`,
        );
      }
      const page = data.agents?.pageInfo;
      after = page?.hasNextPage ? page.endCursor : undefined;
    }
  });
}

export async function showAgent(name: string): Promise<void> {
  await withSession(async (client, session) => {
    const { data } = await client.query(AgentDocument, { id: whoseAgent(name, session) });
    if (!data.agent) throw new Error(`Nobody has claimed the agent id ${whoseAgent(name, session)}`);
    printJson(data.agent);
  });
}

export async function setStatus(
  name: string,
  status: AgentStatus,
  reason: string | undefined,
): Promise<void> {
  await withSession(async (client, session) => {
    const id = whoseAgent(name, session);
    const { data } = await client.mutate(SetAgentStatusDocument, { id, status, reason: reason ?? null });
    print(`${id} is ${data.setAgentStatus?.status?.toLowerCase()}`);
  });
}

/** What the code came to, after what it logged. Rejects with its error, lines and all. */
export async function runInAgent(name: string, code: string): Promise<void> {
  await withSession(async (client, session) => {
    const { data } = await client.mutate(RunInAgentDocument, { id: whoseAgent(name, session), code });
    for (const line of data.runInAgent?.log ?? []) print(pc.dim(line));
    if (data.runInAgent?.error) throw new Error(data.runInAgent.error);
    printJson(data.runInAgent?.result ?? null);
  });
}

export async function say(name: string, words: string): Promise<void> {
  await withSession((client, session) =>
    client.mutate(SayDocument, { agent: whoseAgent(name, session), text: words }),
  );
}

/** As a person, to any agent: it is told who writes. */
export async function tell(name: string, words: string): Promise<void> {
  await withSession(async (client, session) => {
    const to = whoseAgent(name, session);
    await client.mutate(SendMessageDocument, { input: { to, body: { text: words } } });
    print(`${to} has your message`);
  });
}

/** Resolves when it is there; prints how it gets there. */
export async function moveAgent(name: string, to: string): Promise<void> {
  await withSession(async (client, session) => {
    const id = whoseAgent(name, session);
    const { data } = await client.mutate(MoveAgentDocument, { id, to });
    const after = data.moveAgent?.cursor ?? 'now';
    for await (const { data: step } of client.feed(MovesDocument, { agent: id, after })) {
      const event = step.moves;
      if (!event || event.move?.id !== data.moveAgent?.id) continue;
      const { state, reason } = event;
      print(`${id} to ${to}: ${state.toLowerCase()}${reason ? `, ${reason}` : ''}`);
      if (state === 'DONE') return;
      if (state === 'ABORTED' || state === 'LOST') throw new Error(`${id} has not moved to ${to}`);
    }
  });
}

export async function rollBack(name: string, version: number | undefined): Promise<void> {
  await withSession(async (client, session) => {
    const id = whoseAgent(name, session);
    const { data } = await client.mutate(RollbackAgentDocument, { id, version: version ?? null });
    print(`${id} runs an older program as version ${data.rollbackAgent?.version}`);
  });
}

/** The value is read from standard input, so that it is in nobody's list of processes. */
export async function setSecret(name: string, secret: string): Promise<void> {
  const value = (await text(process.stdin)).replace(/\r?\n$/, '');
  await withSession(async (client, session) => {
    const id = whoseAgent(name, session);
    const { data } = await client.mutate(SetSecretDocument, { agent: id, name: secret, value });
    print(`${id} has the secrets ${data.setSecret?.secrets?.join(', ')}`);
  });
}

export async function exportAgent(name: string): Promise<void> {
  await withSession(async (client, session) => {
    const { data } = await client.query(ExportAgentDocument, { id: whoseAgent(name, session) });
    printJson(data.exportAgent);
  });
}

export async function importAgent(
  path: string,
  { node, name }: { readonly node?: string; readonly name?: string },
): Promise<void> {
  const file: unknown = JSON.parse(readFileSync(path, 'utf8'));
  await withSession(async (client) => {
    const home = node ?? (await findInitial(client));
    const { data } = await client.mutate(ImportAgentDocument, { node: home, file, name: name ?? null });
    print(`${pc.green('Imported')} ${data.importAgent?.id} on ${home}; it is stopped`);
  });
}

export async function deleteAgent(name: string): Promise<void> {
  await withSession(async (client, session) => {
    const id = whoseAgent(name, session);
    await client.mutate(DeleteAgentDocument, { id });
    print(`${id} is no more`);
  });
}
