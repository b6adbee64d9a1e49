import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { vi } from 'vitest';
import { readNodeKey } from '../../identity/node-key.ts';
import { openRegistryTables } from '../../nodes/open-tables.ts';
import { createUser } from '../../subgraphs/registry/users.ts';
import { findFreePorts } from './free-ports.ts';
import type { MoveOrder, MoveReport, MoveRole } from './move-process.ts';
import { postGraphql } from './post-graphql.ts';
import { buildSyncKeeper, losePower, markSynced } from './power-cut.ts';

const script = fileURLToPath(new URL('move-process.ts', import.meta.url));
export const places = ['initial', 'rome', 'oslo'] as const;
export type Place = (typeof places)[number];

/**
 * An initial node and two others, each a process whose power the test cuts and that it starts again: what had not been synced is lost. Ada, an admin, is
 * signed in. Whoever starts it closes it.
 */
export class MoveCluster {
  readonly #folder: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #children = new Map<Place, ChildProcess>();
  readonly #held = new Map<string, string>();
  readonly struck = new Set<string>();
  #ports: Readonly<Record<Place, number>> = { initial: 0, rome: 0, oslo: 0 };
  #token = '';

  private constructor(folder: string) {
    this.#folder = folder;
    this.#env = buildSyncKeeper(folder);
  }

  static async start(folder: string): Promise<MoveCluster> {
    const cluster = new MoveCluster(folder);
    try {
      await cluster.#start();
      return cluster;
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  /** Runs an operation as ada; throws the errors as JSON. */
  async ask(query: string, variables?: Record<string, unknown>): Promise<Record<string, unknown>> {
    const authorization = `Bearer ${this.#token}`;
    const { body } = await postGraphql(`${this.#url}/graphql`, { query, variables }, { authorization });
    if (body.errors) throw new Error(JSON.stringify(body.errors));
    return { ...Object(body.data) };
  }

  /** The agent is to stop there, wherever that happens. */
  hold(agent: string, point: string): void {
    for (const child of this.#children.values()) order(child, { kind: 'hold', agent, point });
  }

  /** Resolves when it has. */
  async held(agent: string, point: string): Promise<void> {
    await vi.waitFor(
      () => {
        if (this.#held.get(agent) !== point) throw new Error(`Expected ${agent} to be ${point}`);
      },
      { timeout: 20_000, interval: 10 },
    );
  }

  /** All that have stopped go on. */
  go(): void {
    for (const child of this.#children.values()) order(child, { kind: 'go' });
  }

  /** Ends its process at once; what it has not synced is lost. */
  async kill(place: Place): Promise<void> {
    const child = this.#children.get(place);
    if (!child) throw new Error(`Expected ${place} to run`);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    losePower(this.#database(place));
  }

  /** It stands still, with all that it has open. */
  freeze(place: Place): void {
    this.#children.get(place)?.kill('SIGSTOP');
  }

  thaw(place: Place): void {
    this.#children.get(place)?.kill('SIGCONT');
  }

  async startAgain(place: Place): Promise<void> {
    markSynced(this.#database(place));
    const child = fork('bin/run.js', [script, JSON.stringify(this.#role(place))], {
      env: { ...process.env, ...this.#env },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#children.set(place, child);
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => {
        if (this.#children.get(place) === child) this.#children.delete(place);
        reject(new Error(`${place} has ended with ${code}`));
      });
      child.on('message', (report: MoveReport) => {
        if (report.kind === 'up') resolve();
        else if (report.kind === 'held') this.#held.set(report.agent, report.point);
        else this.struck.add(report.agent);
      });
    });
  }

  /** Where the agent is on a disk, with its epoch there. */
  homesOf(agent: string): readonly string[] {
    const query = 'select epoch from agents where agent_id = ?';
    return places.flatMap((place) => {
      const epoch = this.#read(place, query, agent);
      return typeof epoch === 'number' ? [`${place} ${epoch}`] : [];
    });
  }

  /** Where something is still to be done for a move of the agent. */
  workingOn(agent: string): readonly string[] {
    const query = 'select move_id from moving where agent_id = ?';
    return places.filter((place) => this.#read(place, query, agent) !== undefined);
  }

  /** Whether there is something that the agent could be made anew from. */
  hasCheckpoint(agent: string): boolean {
    return this.#read('initial', 'select epoch from checkpoints where agent_id = ?', agent) !== undefined;
  }

  async #start(): Promise<void> {
    const [initial = 0, rome = 0, oslo = 0] = await findFreePorts(3);
    this.#ports = { initial, rome, oslo };
    const tables = await openRegistryTables(this.#place('initial'));
    await createUser(tables.db, { username: 'ada', password: 'correct horse', role: 'ADMIN' });
    await tables.close();
    await this.startAgain('initial');
    await Promise.all([this.startAgain('rome'), this.startAgain('oslo')]);
    const query = 'mutation { signIn(username: "ada", password: "correct horse") { token } }';
    const { body } = await postGraphql(`${this.#url}/graphql`, { query });
    this.#token = Object(body.data).signIn.token;
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await Promise.all([...this.#children.keys()].map((place) => this.kill(place)));
  }

  get #url(): string {
    return `http://127.0.0.1:${this.#ports.initial}`;
  }

  #place(place: Place): string {
    return join(this.#folder, place);
  }

  #read(place: Place, query: string, agent: string): unknown {
    const db = new Database(this.#database(place), { readonly: true });
    try {
      return db.prepare(query).pluck().get(agent);
    } finally {
      db.close();
    }
  }

  #database(place: Place): string {
    return join(this.#place(place), 'data.db');
  }

  #role(place: Place): MoveRole {
    const quiet = { logLevel: 'silent', port: this.#ports[place] };
    if (place === 'initial') {
      return { kind: 'initial', folder: this.#place(place), flags: { ...quiet, approveLoopbackNodes: true } };
    }
    const { fingerprint: initialKey } = readNodeKey(join(this.#place('initial'), 'id_ed25519')).publicKey;
    const flags = { ...quiet, name: place, initial: this.#url, initialKey };
    return { kind: 'trusted', folder: this.#place(place), flags };
  }
}

function order(child: ChildProcess, message: MoveOrder): void {
  if (child.connected) child.send(message);
}
