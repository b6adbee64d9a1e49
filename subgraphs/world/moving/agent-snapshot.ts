import { z } from 'zod';
import { limits } from '../../../schema/limits.ts';
import { codedError } from '../../../wire/coded-error.ts';
import { isName, ownerOfAgent } from '../../../wire/ids.ts';

const natural = z.number().int().min(0);
const codeText = z
  .string()
  .min(1)
  .refine((text) => Buffer.byteLength(text) <= limits.maxAgentCodeBytes);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const moment = z.string().max(40);
const jsonText = (maxBytes: number) =>
  z
    .string()
    .refine((text) => Buffer.byteLength(text) <= maxBytes && isJson(text), `JSON of ${maxBytes} bytes`);

const snapshot = z
  .object({
    format: z.literal('codecraft-agent-1'),
    agent: z.object({
      agent_id: z.string(),
      owner: z.string(),
      name: z.string().refine(isName),
      /** What it is when it has arrived. */
      status: z.enum(['RUNNING', 'STOPPED', 'FAILED']),
      code: codeText,
      code_hash: hash,
      memory: jsonText(limits.maxAgentMemoryBytes),
      cpu_bucket: z.number().max(limits.maxCpuBucketMs).nullable(),
      log_sequence: natural,
      created_at: moment,
      version: natural.min(1),
      succeeded: natural,
      failures: natural,
      penalties: natural,
      status_reason: z.string().max(limits.maxReasonLength).nullable(),
      held_by: z.string().max(limits.maxNameLength).nullable(),
      run: natural,
      seed: natural.max(2 ** 32 - 1),
      handlers: jsonText(1_000).nullable(),
      start_due: natural.max(1),
    }),
    versions: z
      .array(
        z.object({
          version: natural.min(1),
          restores: natural.nullable(),
          code: codeText,
          code_hash: hash,
          at: moment,
        }),
      )
      .max(limits.keptAgentVersions),
    timers: z
      .array(
        z.object({
          timer: z.string().max(limits.maxCursorBytes),
          /** What is left of it: clocks differ from node to node. */
          inMs: natural.max(limits.maxTimerMs),
          payload: jsonText(limits.maxMessageBytes),
        }),
      )
      .max(limits.maxAgentTimers),
    secrets: z
      .array(
        z.object({
          name: z.string().max(limits.maxSecretNameLength),
          value: z.string().max(limits.maxSecretLength),
        }),
      )
      .max(limits.maxAgentSecrets),
    log: z
      .array(
        z.object({
          epoch: natural,
          sequence: natural,
          at: moment,
          level: z.enum(['debug', 'info', 'warn', 'error']),
          text: z.string().max(limits.maxLogLineLength),
        }),
      )
      .max(limits.maxLogTail),
  })
  .refine(({ agent }) => ownerOfAgent(agent.agent_id) === agent.owner)
  .refine(({ agent }) => agent.agent_id === `${agent.owner}/${agent.name}`);

/** All that the world of one node has of an agent, as another one takes it over. */
export type AgentSnapshot = z.infer<typeof snapshot>;

/** A snapshot as another node has sent it. BAD_USER_INPUT for what is none, or holds more than an agent may have. */
export function parseSnapshot(value: unknown): AgentSnapshot {
  const parsed = snapshot.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw codedError(
    'BAD_USER_INPUT',
    `Expected an agent's snapshot, got something else at ${issue?.path.join('.') ?? 'its root'}: ${issue?.message ?? ''}`,
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
