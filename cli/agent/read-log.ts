import { setTimeout as delay } from 'node:timers/promises';
import pc from 'picocolors';
import { AgentLogDocument } from '../../client/generated/graphql.ts';
import { withSession } from '../open-client.ts';
import { whoseAgent } from './whose-agent.ts';

const colours: Readonly<Record<string, (line: string) => string>> = {
  debug: pc.dim,
  warn: pc.yellow,
  error: pc.red,
};
/** When nothing has come for so long, all that is kept has been read: the feed itself has no end. */
const quietMs = 500;

/** Prints an agent's log: all that is kept, or what comes from here on until the person stops it. */
export async function readLog(name: string, follow: boolean): Promise<void> {
  await withSession(async (client, session) => {
    const agent = whoseAgent(name, session);
    const lines = client.feed(AgentLogDocument, follow ? { agent, after: 'now' } : { agent });
    for (;;) {
      const quiet = new AbortController();
      const step = await Promise.race([
        lines.next(),
        ...(follow ? [] : [delay(quietMs, undefined, { signal: quiet.signal }).catch(() => undefined)]),
      ]);
      quiet.abort();
      if (!step || step.done) break;
      const line = step.value.data.agentLog;
      if (!line) continue;
      const paint = colours[line.level] ?? String;
      process.stdout.write(`${pc.dim(line.at)} ${paint(line.text)}\n`);
    }
    await lines.return?.();
  });
}
