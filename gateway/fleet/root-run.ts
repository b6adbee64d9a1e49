import { GraphQLError } from 'graphql';
import type { RequestContext } from '../execute/request-context.ts';
import type { SubgraphResult } from '../execute/subgraph.ts';
import type { Variables } from './arguments.ts';
import { FaultReport } from './fault-report.ts';
import type { Fleet } from './fleet.ts';
import { Homes } from './homes.ts';
import type { Merge } from './merger.ts';
import { type NodeError, codeOf } from './node-answer.ts';
import type { NodeDocument } from './node-document.ts';
import type { NodeOutcome } from './nodes.ts';
import type { RootField, Targets } from './root-field.ts';

export interface RootRunOptions {
  readonly fleet: Fleet;
  readonly fields: readonly RootField[];
  readonly variables: Variables;
  readonly context: RequestContext;
  /** The operation of these fields; the same object for the same ones. */
  readonly documentFor: (fields: readonly RootField[]) => NodeDocument;
}

export interface RootRunResult {
  readonly data: Readonly<Record<string, unknown>>;
  readonly errors: NonNullable<SubgraphResult['errors']>;
}

/** Answers root fields together: at most one request per node, and one more where an agent has just moved. Never rejects. */
export async function runRootFields(options: RootRunOptions): Promise<RootRunResult> {
  const run = new RootRun(options);
  await run.ask();
  return run.finish();
}

/** A root field in one run. */
interface FieldRun {
  readonly field: RootField;
  readonly merge: Merge;
  readonly targets: Targets;
  /** Nodes that were asked, in the order in which their rows count. */
  asked: string[];
}

interface Reply {
  readonly node: string;
  readonly runs: readonly FieldRun[];
  readonly outcome: NodeOutcome;
}

class RootRun {
  readonly #options: RootRunOptions;
  readonly #report = new FaultReport();
  readonly #homes: Homes;
  readonly #runs: readonly FieldRun[];
  readonly #replies: Reply[] = [];

  constructor(options: RootRunOptions) {
    this.#options = options;
    this.#homes = new Homes(options.fleet.directory);
    this.#runs = options.fields.flatMap((field) => this.#begin(field) ?? []);
  }

  async ask(): Promise<void> {
    await this.#locate();
    await this.#askNodes(this.#runs);
    await this.#followMoved(this.#runs.filter((run) => this.#hasMoved(run)));
  }

  async finish(): Promise<RootRunResult> {
    let unsure = this.#wanting();
    while (unsure.length > 0 && !this.#homes.failure) {
      await this.#homes.lookUp();
      unsure = this.#wanting();
    }
    const values = new Map<string, unknown>();
    for (const run of this.#runs) {
      values.set(run.field.responseName, this.#finishField(run, unsure.includes(run)));
    }
    for (const reply of this.#replies) this.#reportErrors(reply);
    const names = this.#options.fields.map(({ responseName }) => responseName);
    return {
      data: Object.fromEntries(names.map((name) => [name, values.get(name) ?? null])),
      errors: this.#report.errors(),
    };
  }

  /** Fields with rows that may not be shown before somebody says whose they are. */
  #wanting(): readonly FieldRun[] {
    return this.#runs.filter(({ merge }) => merge.wantHomes(this.#homes));
  }

  #begin(field: RootField): FieldRun | undefined {
    const { variables } = this.#options;
    try {
      return { field, merge: field.merger.begin(variables), targets: field.targets(variables), asked: [] };
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      const code = codeOf(error) ?? 'BAD_USER_INPUT';
      this.#report.add({ code, message: error.message, path: [field.responseName] });
      return undefined;
    }
  }

  async #locate(): Promise<void> {
    for (const { targets } of this.#runs) if (targets.kind === 'owner') this.#homes.want(targets);
    await this.#homes.lookUp();
  }

  async #askNodes(runs: readonly FieldRun[]): Promise<void> {
    const byNode = new Map<string, FieldRun[]>();
    for (const run of runs) {
      run.asked = this.#nodesOf(run);
      for (const node of run.asked) {
        const beside = byNode.get(node);
        if (beside) beside.push(run);
        else byNode.set(node, [run]);
      }
    }
    const replies = await Promise.all([...byNode].map(([node, together]) => this.#askNode(node, together)));
    this.#replies.push(...replies);
  }

  async #askNode(node: string, runs: readonly FieldRun[]): Promise<Reply> {
    const { fleet, context, documentFor } = this.#options;
    const outcome = await fleet.nodes.ask(
      {
        node,
        document: documentFor(runs.map(({ field }) => field)),
        variables: [this.#options.variables, ...runs.map(({ merge }) => merge.variables)],
        take: (data, errors) => takeAnswer(node, runs, data, errors),
      },
      context,
    );
    return { node, runs, outcome };
  }

  /** The nodes that a field means; reports when there is none for an owner. */
  #nodesOf({ field, targets }: FieldRun): string[] {
    const { fleet } = this.#options;
    switch (targets.kind) {
      case 'everybody':
        return fleet.roster
          .members()
          .filter((link) => link.state !== 'UP' || link.sdl(fleet.shape.name) !== undefined)
          .map((link) => link.node);
      case 'nodes':
        return [...targets.nodes];
      case 'owner': {
        const home = this.#homes.nodeOf(targets);
        if (typeof home === 'string') return [home];
        this.#report.add({ ...home, path: [field.responseName], rows: 1 });
        return [];
      }
    }
  }

  #hasMoved(run: FieldRun): boolean {
    const { field, targets, asked } = run;
    if (targets.kind !== 'owner' || targets.via !== 'DIRECTORY') return false;
    const reply = this.#replies.find(({ node }) => node === asked[0]);
    if (reply?.outcome.kind !== 'answer') return false;
    return reply.outcome.errors.some(
      ({ code, path }) => code === 'MOVED' && path[0] === field.responseName && path.length === 1,
    );
  }

  /** Asks once more, at their new homes, for what the directory now says lives elsewhere. */
  async #followMoved(runs: readonly FieldRun[]): Promise<void> {
    if (runs.length === 0) return;
    for (const { targets } of runs) if (targets.kind === 'owner') this.#homes.forget(targets);
    await this.#locate();
    const elsewhere = runs.filter(({ targets, asked }) => {
      const home = targets.kind === 'owner' ? this.#homes.nodeOf(targets) : undefined;
      return home !== asked[0];
    });
    for (const { merge, asked } of elsewhere) for (const node of asked) merge.drop(node);
    await this.#askNodes(elsewhere);
  }

  #finishField(run: FieldRun, isUnsure: boolean): unknown {
    const { field, merge, asked } = run;
    const path = [field.responseName];
    if (isUnsure) {
      if (this.#homes.failure) this.#report.add({ ...this.#homes.failure, path });
      return null;
    }
    const known = asked.filter((node) => this.#options.fleet.roster.get(node));
    if (known.length > 0 && !merge.hasAny && field.isNullable) return null;
    return merge.finish(asked, this.#homes, (node, rows) => {
      const message = `Node ${node} answered with rows that it does not own`;
      this.#report.add({ code: 'FOREIGN_ROWS', message, node, path, rows });
    });
  }

  #reportErrors({ node, runs, outcome }: Reply): void {
    // A run that went on to another node has nothing to do with what the first one said.
    const still = runs.filter(({ asked }) => asked.includes(node));
    const [first] = still;
    if (!first) return;
    if (outcome.kind === 'fault') {
      const routed = still.filter(({ targets }) => targets.kind === 'owner').length;
      const { code, message } = outcome;
      const path = [first.field.responseName];
      this.#report.add({ code, message, node, path, rows: routed === still.length ? routed : undefined });
      return;
    }
    for (const error of outcome.errors) {
      const path = placeError(node, still, error);
      if (path) this.#report.addAnswerError(node, { ...error, path });
    }
    this.#report.addLeftOut(node, outcome.errorsLeftOut);
  }
}

function takeAnswer(
  node: string,
  runs: readonly FieldRun[],
  data: Readonly<Record<string, unknown>> | undefined,
  errors: readonly NodeError[],
): void {
  try {
    for (const { field, merge } of runs) {
      const { responseName } = field;
      const isExcused = errors.some(({ path }) => path.length === 0 || path[0] === responseName);
      merge.take(node, data?.[responseName], isExcused);
    }
  } catch (error) {
    for (const { merge } of runs) merge.drop(node);
    throw error;
  }
}

/** Where an error of a node is in the merged answer; undefined when what it concerns is not there. */
function placeError(
  node: string,
  runs: readonly FieldRun[],
  { path: [name, ...below] }: NodeError,
): NodeError['path'] | undefined {
  const run = runs.find(({ field }) => field.responseName === name);
  // About the request as a whole, or about something that we did not ask for.
  if (!run) return runs.slice(0, 1).map(({ field }) => field.responseName);
  const place = run.merge.place(node, below);
  return place && [run.field.responseName, ...place];
}
