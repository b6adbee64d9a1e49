import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isName } from '../wire/ids.ts';

const name = z.string().refine(isName, {
  error: 'expected lower-case letters, digits, ".", "_" and "-", at most 64 of them',
});
const port = z
  .number({ error: 'expected a whole number from 0 to 65535' })
  .int({ error: 'expected a whole number from 0 to 65535' })
  .min(0, { error: 'expected a whole number from 0 to 65535' })
  .max(65_535, { error: 'expected a whole number from 0 to 65535' });
const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

const common = {
  name,
  port,
  /** The address to listen on. */
  host: z.string().min(1).default('127.0.0.1'),
  /** Where others reach this node, when that is not the address its connections come from. */
  address: z.string().min(1).optional(),
  logLevel: z.enum(logLevels).default('info'),
};

const initialConfig = z.strictObject({
  ...common,
  kind: z.literal('initial'),
  /** Whether a node that registers from this very machine is approved at once; any other waits for an admin or brings a join token. */
  approveLoopbackNodes: z.boolean({ error: 'expected true or false' }).default(true),
  /** Origins of web pages on other hosts that may use the graph. */
  cors: z.array(z.url({ error: 'expected an origin such as "https://example.org"' })).default([]),
});

const nodeConfig = z.strictObject({
  ...common,
  kind: z.enum(['trusted', 'local', 'proxy']),
  /** The initial node's address. */
  initial: z.url({ protocol: /^https?$/, error: 'expected an address such as "http://127.0.0.1:4000"' }),
  /** The person whose node this is. */
  owner: name.optional(),
  joinToken: z.string().min(1).optional(),
});

export type InitialConfig = z.infer<typeof initialConfig>;
export type NodeConfig = z.infer<typeof nodeConfig>;
type Config = InitialConfig | NodeConfig;

/** A config.json or a flag that is not what it should be; the message names the key and what was expected. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * The configuration of the node in `folder`: its config.json with `flags` laid over it. A folder without one gets it written, so that the
 * next start needs no flags. Throws a ConfigError.
 */
export function loadInitialConfig(folder: string, flags: Readonly<Record<string, unknown>>): InitialConfig {
  return load(folder, initialConfig, { kind: 'initial', name: 'initial', port: 4000 }, flags);
}

/** As `loadInitialConfig`, for nodes of the other kinds. */
export function loadNodeConfig(folder: string, flags: Readonly<Record<string, unknown>>): NodeConfig {
  return load(folder, nodeConfig, { port: 4001 }, flags);
}

function load<C extends Config>(
  folder: string,
  schema: z.ZodType<C>,
  defaults: Readonly<Record<string, unknown>>,
  flags: Readonly<Record<string, unknown>>,
): C {
  const file = join(folder, 'config.json');
  const saved = existsSync(file) ? readJsonObject(file) : undefined;
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
  if (saved && typeof given['kind'] === 'string' && saved['kind'] !== given['kind']) {
    throw new ConfigError(
      `${file}: this folder belongs to a node of the kind "${String(saved['kind'])}", got --kind ${given['kind']}. Take another folder.`,
    );
  }
  const parsed = schema.safeParse({ ...defaults, ...saved, ...given }, { reportInput: true });
  if (!parsed.success) throw new ConfigError(`${file}:\n${parsed.error.issues.map(explain).join('\n')}`);
  if (!saved) {
    mkdirSync(folder, { recursive: true });
    // A join token is used up by the first start.
    writeFileSync(file, `${JSON.stringify({ ...parsed.data, joinToken: undefined }, null, 2)}\n`);
  }
  return parsed.data;
}

function readJsonObject(file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`${file}: expected a JSON file (${reason})`, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigError(`${file}: expected a JSON object, got ${JSON.stringify(value)}`);
  }
  return { ...value };
}

function explain(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `  ${key}: there is no such key; is it misspelt?`).join('\n');
  }
  const key = issue.path.join('.') || '(all)';
  const got = issue.input === undefined ? 'nothing' : JSON.stringify(issue.input);
  const expected =
    issue.code === 'invalid_value'
      ? `expected one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`
      : issue.message.replace(/^Invalid input: /, '').replace(/, received .*$/, '');
  return `  ${key}: ${expected}, got ${got}`;
}
