import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { isName } from '../wire/ids.ts';

const nameRule = { error: 'expected lower-case letters, digits, ".", "_" and "-", at most 64 of them' };
const name = z.string(nameRule).refine(isName, nameRule);
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
  /** An OpenSSH private key (ed25519) that is the node's identity, instead of one in its folder. */
  key: z.string().min(1).optional(),
  /** PEM files, below the node's folder unless the paths are absolute: people are served by HTTPS. */
  tls: z
    .strictObject(
      { cert: z.string().min(1), key: z.string().min(1) },
      { error: 'expected {"cert": FILE, "key": FILE}' },
    )
    .optional(),
  /** Whether people on other machines may be served by plain HTTP, which shows what they send (on the initial node their passwords) to everybody on the way. */
  allowPlainHttp: z.boolean({ error: 'expected true or false' }).default(false),
};

/** Whose agents may live on a node. */
const hosting = z.union([z.enum(['owner', 'network']), z.array(name)], {
  error: 'expected "owner", "network", or a list of usernames',
});

const nodeKinds = ['trusted', 'local', 'proxy'] as const;

const initialConfig = z.strictObject({
  ...common,
  kind: z.literal('initial'),
  /** Whether a node that registers from this very machine is approved at once; any other waits for an admin or brings a join token. */
  approveLoopbackNodes: z.boolean({ error: 'expected true or false' }).default(false),
  /** The person whose node this is. */
  owner: name.optional(),
  /** Whose agents may live here: everybody's ("network"), those of its owner, or of these people. Its owner's always may. */
  hosting: hosting.default('network'),
  /** What somebody who signs up may do: a player meets others, a developer deploys agents too. */
  newcomers: z.enum(['player', 'developer']).default('player'),
  /** Origins of web pages on other hosts that may use the graph. */
  cors: z.array(z.url({ error: 'expected an origin such as "https://example.org"' })).default([]),
});

const nodeConfig = z.strictObject({
  ...common,
  kind: z.enum(nodeKinds),
  /** The initial node's address. */
  initial: z.url({ protocol: /^https?$/, error: 'expected an address such as "http://127.0.0.1:4000"' }),
  /** The person whose node this is. */
  owner: name.optional(),
  joinToken: z.string().min(1).optional(),
  /** Whose agents may live here: everybody's ("network"), those of its owner ("owner"; the default for local nodes), or of these people. */
  hosting,
  /** Whether messages go to other nodes, and come from them, directly where there is a way; else all go through the initial node. */
  directMessages: z.boolean({ error: 'expected true or false' }).default(true),
  /** Whether the node is reached through an SSH tunnel and not at its port: one that it opens itself, or (`external`) that `ssh -N -R` opens for it. */
  tunnel: z.union([z.boolean(), z.literal('external')], { error: 'expected true, false or "external"' }),
  /** The id of the node at which the tunnel is opened; the initial node's when absent. */
  proxy: name.optional(),
  /** The id of a node (the initial one, or a trusted one that can be dialled) that keeps this node's statistics, for when this one is away. */
  reportStatsTo: name.optional(),
  /** The fingerprint of the initial node's key, for the first contact. */
  initialKey: z
    .string()
    .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, {
      error: 'expected a fingerprint such as "SHA256:…", as ssh-keygen -l prints it',
    })
    .optional(),
});

export type InitialConfig = z.infer<typeof initialConfig>;
export type NodeConfig = z.infer<typeof nodeConfig>;
type Config = InitialConfig | NodeConfig;

/** A config.json or a flag that is not what it should be; the message names the key and what was expected. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * The configuration of the initial node in `folder`: its config.json, if there is one, with `flags` laid over it. Throws a ConfigError, for the
 * folder of another kind of node too.
 */
export function loadInitialConfig(folder: string, flags: Readonly<Record<string, unknown>>): InitialConfig {
  return load(folder, initialConfig, { kind: 'initial', name: 'initial', port: 4000 }, flags);
}

/** As `loadInitialConfig`, for nodes of the other kinds. */
export function loadNodeConfig(folder: string, flags: Readonly<Record<string, unknown>>): NodeConfig {
  // A laptop has no address to be called at.
  return load(folder, nodeConfig, { port: 4001 }, flags, ({ kind }) => ({
    tunnel: kind === 'local',
    hosting: kind === 'local' ? 'owner' : 'network',
  }));
}

function load<C extends Config>(
  folder: string,
  schema: z.ZodType<C>,
  defaults: Readonly<Record<string, unknown>>,
  flags: Readonly<Record<string, unknown>>,
  furtherDefaults: (
    given: Readonly<Record<string, unknown>>,
  ) => Readonly<Record<string, unknown>> = () => ({}),
): C {
  const file = fileIn(folder);
  const saved = hasConfig(folder) ? readJsonObject(file) : undefined;
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
  const kind = given['kind'] ?? defaults['kind'];
  if (
    isKind(saved?.['kind']) &&
    (kind === undefined ? saved['kind'] === 'initial' : saved['kind'] !== kind)
  ) {
    throw new ConfigError(
      `${folder} is the folder of a node of the kind "${saved['kind']}". Take another folder${typeof kind === 'string' ? ` for one of the kind "${kind}"` : ''}.`,
    );
  }
  const said = { ...defaults, ...saved, ...given };
  const parsed = schema.safeParse({ ...furtherDefaults(said), ...said }, { reportInput: true });
  if (parsed.success) return parsed.data;
  const where = saved ? `${file}:` : `${folder} has no config.json yet, so flags must say it all:`;
  throw new ConfigError(`${where}\n${parsed.error.issues.map(explain).join('\n')}`);
}

/** Writes the configuration of a node that has started for the first time, so that the next start needs no flags. */
export function keepConfig(folder: string, config: InitialConfig | NodeConfig): void {
  if (hasConfig(folder)) return;
  // A join token is used up by the first start.
  writeFileSync(fileIn(folder), `${JSON.stringify({ ...config, joinToken: undefined }, null, 2)}\n`);
}

/** Changes one key of a config.json, or begins one; the rest of it stays as it stands. Throws a ConfigError when the outcome is not one of an initial node. */
export function changeInitialConfig(folder: string, change: Partial<InitialConfig>): void {
  const config = loadInitialConfig(folder, change);
  if (!hasConfig(folder)) return keepConfig(folder, config);
  const changed = { ...readJsonObject(fileIn(folder)), ...change };
  writeFileAtomic.sync(fileIn(folder), `${JSON.stringify(changed, null, 2)}\n`);
}

/** Whether a node has started in this folder. */
export function hasConfig(folder: string): boolean {
  return existsSync(fileIn(folder));
}

function fileIn(folder: string): string {
  return join(folder, 'config.json');
}

function isKind(value: unknown): value is InitialConfig['kind'] | NodeConfig['kind'] {
  return value === 'initial' || nodeKinds.some((kind) => kind === value);
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
