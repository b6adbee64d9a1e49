import { z } from 'zod';
import { limits } from '../../../schema/limits.ts';
import { codedError } from '../../../wire/coded-error.ts';
import { isName } from '../../../wire/ids.ts';
import type { AgentSnapshot } from './agent-snapshot.ts';

const agentFile = z.object({
  format: z.literal('codecraft-agent-file-1'),
  name: z.string().refine(isName),
  code: z.string(),
  memory: z.unknown(),
  /** Older programs, the oldest first. */
  versions: z.array(z.object({ code: z.string() })).max(limits.keptAgentVersions),
  timers: z
    .array(z.object({ timer: z.string(), inMs: z.number().int().min(0), payload: z.unknown() }))
    .max(limits.maxAgentTimers),
});

/** An agent as one file that people keep: its program, the older ones, memory and timers. No secrets, no mail, no log. */
export type AgentFile = z.infer<typeof agentFile>;

export function writeAgentFile({ agent, versions, timers }: AgentSnapshot): AgentFile {
  return {
    format: 'codecraft-agent-file-1',
    name: agent.name,
    code: agent.code,
    memory: JSON.parse(agent.memory) as unknown,
    versions: versions.filter(({ version }) => version < agent.version).map(({ code }) => ({ code })),
    timers: timers.map(({ timer, inMs, payload }) => ({
      timer,
      inMs,
      payload: JSON.parse(payload) as unknown,
    })),
  };
}

/** BAD_USER_INPUT for what is no such file. */
export function parseAgentFile(value: unknown): AgentFile {
  const parsed = agentFile.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw codedError(
    'BAD_USER_INPUT',
    `Expected a file of exportAgent, got something else at ${issue?.path.join('.') ?? 'its root'}: ${issue?.message ?? ''}`,
  );
}
