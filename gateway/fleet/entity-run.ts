import { limits } from '../../schema/limits.ts';
import type { RequestContext } from '../execute/request-context.ts';
import type { SubgraphResult } from '../execute/subgraph.ts';
import type { Variables } from './arguments.ts';
import { awaitHome } from './await-home.ts';
import type { Shard } from './directives.ts';
import { FaultReport } from './fault-report.ts';
import type { Fleet } from './fleet.ts';
import { Homes, type RowOwner } from './homes.ts';
import { type NodeError, badAnswer, isRecord } from './node-answer.ts';
import type { NodeDocument } from './node-document.ts';
import type { NodeOutcome } from './nodes.ts';

/** The types whose rows a fetch asks for. */
export interface EntityTypes {
  readonly shards: ReadonlyMap<string, Shard>;
  /** Private response names of `__typename` and of the key. */
  readonly typeName: string;
  readonly keyName: string;
  /** Whether a row of the object type is one of the type asked for. */
  covers(asked: string, type: string): boolean;
}

export interface EntityRunOptions {
  readonly fleet: Fleet;
  readonly types: EntityTypes;
  readonly document: NodeDocument;
  readonly variables: Variables;
  readonly context: RequestContext;
}

/** Asks each node for the entities it owns and puts them back where they were asked for. Never rejects. */
export async function runEntities(options: EntityRunOptions): Promise<SubgraphResult> {
  const run = new EntityRun(options);
  await run.ask();
  return run.finish();
}

interface Wanted {
  readonly position: number;
  readonly representation: Readonly<Record<string, unknown>>;
  readonly type: string;
  readonly owner: RowOwner;
}

interface Reply {
  readonly node: string;
  readonly wanted: readonly Wanted[];
  readonly outcome: NodeOutcome;
}

class EntityRun {
  readonly #options: EntityRunOptions;
  readonly #report = new FaultReport();
  readonly #homes: Homes;
  readonly #wanted: readonly Wanted[];
  readonly #entities: (Record<string, unknown> | null)[];
  readonly #replies: Reply[] = [];
  /** Agents that were on their way to where they were asked for. */
  readonly #arrived = new Set<string>();
  /** Positions that went on to another node: what the first one said of them does not count. */
  readonly #moved = new Set<number>();

  constructor(options: EntityRunOptions) {
    this.#options = options;
    this.#homes = new Homes(options.fleet.directory);
    const given = options.variables['representations'];
    const representations: readonly unknown[] = Array.isArray(given) ? given : [];
    this.#entities = representations.map(() => null);
    this.#wanted = representations.flatMap(
      (representation, position) => this.#read(representation, position) ?? [],
    );
  }

  async ask(): Promise<void> {
    await this.#askNodes(this.#wanted);
    const moved = this.#replies.flatMap((reply) => this.#movedIn(reply));
    if (moved.length === 0) return;
    for (const { wanted } of moved) this.#homes.forget(wanted.owner);
    for (const { wanted } of moved) this.#homes.want(wanted.owner);
    await this.#homes.lookUp();
    await this.#awaitArrivals(moved);
    const elsewhere = moved.filter(
      ({ node, wanted }) => this.#homes.nodeOf(wanted.owner) !== node || this.#arrived.has(wanted.owner.key),
    );
    for (const { wanted } of elsewhere) this.#moved.add(wanted.position);
    const before = this.#replies.length;
    await this.#askNodes(elsewhere.map(({ wanted }) => wanted));
    // Only what the second node says of them is reported.
    for (const reply of this.#replies.splice(before)) this.#reportErrors(reply, new Set());
  }

  /** Waits, while there is time, for agents that are on their way to where the directory has them. */
  async #awaitArrivals(moved: readonly { readonly node: string; readonly wanted: Wanted }[]): Promise<void> {
    const { fleet, context } = this.#options;
    for (;;) {
      const owners = moved
        .filter(({ node, wanted }) => this.#homes.nodeOf(wanted.owner) === node)
        .map(({ wanted }) => wanted.owner)
        .filter((owner) => this.#homes.isMoving(owner));
      if (owners.length === 0) return;
      for (const { key } of owners) this.#arrived.add(key);
      const agents = owners.map(({ key }) => key);
      if (!(await awaitHome(fleet.directory, agents, context))) return;
      for (const owner of owners) {
        this.#homes.forget(owner);
        this.#homes.want(owner);
      }
      await this.#homes.lookUp();
    }
  }

  finish(): SubgraphResult {
    for (const reply of this.#replies) this.#reportErrors(reply, this.#moved);
    const errors = this.#report.errors();
    return { data: { _entities: this.#entities }, ...(errors.length > 0 ? { errors } : {}) };
  }

  #read(representation: unknown, position: number): Wanted | undefined {
    const type = isRecord(representation) ? representation['__typename'] : undefined;
    const shard = typeof type === 'string' ? this.#options.types.shards.get(type) : undefined;
    const key = isRecord(representation) && shard ? representation[shard.by] : undefined;
    if (isRecord(representation) && typeof type === 'string' && shard && typeof key === 'string') {
      return { position, representation, type, owner: { via: shard.via, key } };
    }
    const expected = shard ? `${String(type)} with its ${shard.by}` : 'a type that nodes own';
    const message = `Expected a reference to ${expected}, got ${String(type)}`;
    this.#report.add({ code: 'SUBGRAPH_FAILED', message, path: ['_entities', position], rows: 1 });
    return undefined;
  }

  async #askNodes(all: readonly Wanted[]): Promise<void> {
    for (const { owner } of all) this.#homes.want(owner);
    await this.#homes.lookUp();
    const byNode = new Map<string, Wanted[]>();
    for (const wanted of all) {
      const home = this.#homes.nodeOf(wanted.owner);
      if (typeof home !== 'string') {
        this.#report.add({ ...home, path: ['_entities', wanted.position], rows: 1 });
        continue;
      }
      const beside = byNode.get(home);
      if (beside) beside.push(wanted);
      else byNode.set(home, [wanted]);
    }
    const replies = await Promise.all([...byNode].map(([node, wanted]) => this.#askNode(node, wanted)));
    this.#replies.push(...replies);
  }

  async #askNode(node: string, wanted: readonly Wanted[]): Promise<Reply> {
    const { fleet, document, context } = this.#options;
    const representations = wanted.map(({ representation }) => representation);
    const variables = [this.#options.variables, { representations }];
    const outcome = await fleet.nodes.ask(
      { node, document, variables, take: (data, errors) => this.#take(node, wanted, data, errors) },
      context,
    );
    return { node, wanted, outcome };
  }

  #take(
    node: string,
    wanted: readonly Wanted[],
    data: Readonly<Record<string, unknown>> | undefined,
    errors: readonly NodeError[],
  ): void {
    const rows = data?.['_entities'];
    const isExcused = errors.some(({ path }) => path.length <= 1);
    if ((rows === null || rows === undefined) && isExcused) return;
    if (!Array.isArray(rows) || rows.length !== wanted.length) {
      throw badAnswer(node, `${wanted.length} entities`, rows);
    }
    const checked = wanted.map((one, index) => this.#check(node, one, rows[index]));
    for (const { position, row } of checked) this.#entities[position] = row;
    const foreign = checked.filter(({ isForeign }) => isForeign);
    const [first] = foreign;
    if (!first) return;
    const message = `Node ${node} answered with rows that were not asked of it`;
    const path = ['_entities', first.position];
    this.#report.add({ code: 'FOREIGN_ROWS', message, node, path, rows: foreign.length });
  }

  #check(node: string, { position, type, owner }: Wanted, row: unknown) {
    const { types } = this.#options;
    if (row === null || row === undefined) return { position, row: null, isForeign: false };
    if (!isRecord(row)) throw badAnswer(node, 'an entity', row);
    const given = row[types.typeName];
    if (typeof given !== 'string' || !types.covers(type, given))
      throw badAnswer(node, `a row of type ${type}`, given);
    const isForeign = row[types.keyName] !== owner.key;
    delete row[types.keyName];
    delete row[types.typeName];
    return { position, row: isForeign ? null : row, isForeign };
  }

  /** The rows of a reply that the node no longer has, and that the directory may know elsewhere. */
  #movedIn({ node, wanted, outcome }: Reply): readonly { readonly node: string; readonly wanted: Wanted }[] {
    if (outcome.kind !== 'answer') return [];
    return outcome.errors.flatMap(({ code, path }) => {
      const [root, index] = path;
      const one = typeof index === 'number' ? wanted[index] : undefined;
      const isMoved = code === 'MOVED' && root === '_entities' && one?.owner.via === 'DIRECTORY';
      return isMoved && this.#entities[one.position] === null ? [{ node, wanted: one }] : [];
    });
  }

  #reportErrors({ node, wanted, outcome }: Reply, except: ReadonlySet<number>): void {
    const [first] = wanted;
    if (!first) return;
    if (outcome.kind === 'fault') {
      const { code, message } = outcome;
      this.#report.add({ code, message, node, path: ['_entities', first.position], rows: wanted.length });
      return;
    }
    for (const error of outcome.errors.slice(0, limits.maxErrorsPerNode)) {
      const [, index, ...inside] = error.path;
      // What concerns all of them is told of the first.
      const position = typeof index === 'number' ? wanted[index]?.position : first.position;
      const below = typeof index === 'string' ? [index, ...inside] : inside;
      if (position === undefined || except.has(position)) continue;
      this.#report.addAnswerError(node, { ...error, path: ['_entities', position, ...below] });
    }
    this.#report.addLeftOut(node, outcome.errorsLeftOut);
  }
}
