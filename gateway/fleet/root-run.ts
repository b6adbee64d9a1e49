import { GraphQLError } from 'graphql';
import { codeOf } from '../../wire/code-of.ts';
import type { RequestContext } from '../execute/request-context.ts';
import type { SubgraphResult } from '../execute/subgraph.ts';
import type { Variables } from './arguments.ts';
import { awaitHome } from './await-home.ts';
import { FaultReport } from './fault-report.ts';
import type { Fleet } from './fleet.ts';
import { Homes } from './homes.ts';
import type { NodeDocument } from './node-document.ts';
import type { PageShare } from './page-share.ts';
import type { RootField } from './root-field.ts';
import {
  type FieldRun,
  type Question,
  Questions,
  type Reply,
  absenceOf,
  reportErrors,
  takeAnswer,
} from './root-reply.ts';

/** The operation of these fields in a round, named as a merger names what it asks; the same object for the same ones. */
export type DocumentOf = (fields: readonly RootField[], round: RoundName) => NodeDocument;
type RoundName = 'ask' | 'askMore';

export interface RootRunOptions {
  readonly fleet: Fleet;
  readonly fields: readonly RootField[];
  readonly variables: Variables;
  readonly context: RequestContext;
  readonly documentFor: DocumentOf;
  readonly pageShare: PageShare;
}

export interface RootRunResult {
  readonly data: Readonly<Record<string, unknown>>;
  readonly errors: NonNullable<SubgraphResult['errors']>;
}

/**
 * Answers root fields together: one request per node, more where an agent has just moved or is moving, and one more, at the most, for rows that a page lacks.
 * Never rejects.
 */
export async function runRootFields(options: RootRunOptions): Promise<RootRunResult> {
  const run = new RootRun(options);
  await run.ask();
  return run.finish();
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
    await this.#followMoved();
    await this.#askMore();
  }

  async finish(): Promise<RootRunResult> {
    const unsure = await this.#lookUpRows();
    const values = new Map<string, unknown>();
    for (const run of this.#runs) {
      values.set(run.field.responseName, this.#finishField(run, unsure.includes(run)));
    }
    for (const reply of this.#replies) reportErrors(this.#report, reply);
    const names = this.#options.fields.map(({ responseName }) => responseName);
    return {
      data: Object.fromEntries(names.map((name) => [name, values.get(name) ?? null])),
      errors: this.#report.errors(),
    };
  }

  /** Finds out whose the rows are. @returns fields with rows of which that could not be found out */
  async #lookUpRows(): Promise<readonly FieldRun[]> {
    let unsure = this.#wanting();
    while (unsure.length > 0 && !this.#homes.failure) {
      await this.#homes.lookUp();
      unsure = this.#wanting();
    }
    return unsure;
  }

  /** Fields with rows that may not be shown before somebody says whose they are. */
  #wanting(): readonly FieldRun[] {
    return this.#runs.filter(({ merge }) => merge.wantHomes(this.#homes));
  }

  #begin(field: RootField): FieldRun | undefined {
    const { variables } = this.#options;
    try {
      return {
        field,
        merge: field.merger.begin(variables),
        targets: field.targets(variables),
        asked: new Set(),
      };
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
    const questions = new Questions();
    for (const run of runs) {
      run.asked = new Set(this.#nodesOf(run));
      const variables = run.merge.variablesFor(run.asked.size, this.#options.pageShare);
      for (const node of run.asked) questions.add(node, { run, round: run.merge, variables });
    }
    await this.#send(questions, 'ask');
  }

  /** Asks the nodes that have not shown enough for what is missing. */
  async #askMore(): Promise<void> {
    const runs = this.#runs.filter(({ field }) => field.merger.askMore);
    if (runs.length === 0) return;
    // Rows that will not be shown fill no page.
    const unsure = await this.#lookUpRows();
    const questions = new Questions();
    for (const run of runs) {
      const round = unsure.includes(run) ? undefined : run.merge.askMore?.(this.#homes);
      if (!round) continue;
      for (const [node, variables] of round.variables) questions.add(node, { run, round, variables });
    }
    await this.#send(questions, 'askMore');
  }

  async #send({ byNode }: Questions, round: RoundName): Promise<void> {
    const replies = await Promise.all(
      [...byNode].map(([node, questions]) => this.#askNode(node, questions, round)),
    );
    this.#replies.push(...replies);
  }

  async #askNode(node: string, questions: readonly Question[], round: RoundName): Promise<Reply> {
    const { fleet, context, documentFor } = this.#options;
    const outcome = await fleet.nodes.ask(
      {
        node,
        document: documentFor(
          questions.map(({ run }) => run.field),
          round,
        ),
        variables: [this.#options.variables, ...questions.map(({ variables }) => variables)],
        take: (data, errors) => takeAnswer(node, questions, data, errors),
      },
      context,
    );
    return { node, questions, outcome };
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

  /** Asks again, at their new homes, for what the directory now says lives elsewhere; and for what is on its way, as long as there is time. */
  async #followMoved(): Promise<void> {
    const { fleet, context } = this.#options;
    const followed = new Set<FieldRun>();
    for (;;) {
      const absent = this.#runs.filter((run) => absenceOf(run, this.#replies) !== undefined);
      if (absent.length === 0) return;
      for (const { targets } of absent) if (targets.kind === 'owner') this.#homes.forget(targets);
      await this.#locate();
      const elsewhere = absent.filter((run) => !followed.has(run) && this.#isElsewhere(run));
      const moving = absent.filter((run) => this.#isOnItsWay(run));
      if (elsewhere.length > 0) await this.#askAgain(elsewhere);
      else if (moving.length === 0) return;
      else {
        const agents = moving.flatMap(({ targets }) => (targets.kind === 'owner' ? [targets.key] : []));
        if (!(await awaitHome(fleet.directory, agents, context))) return;
        for (const { targets } of moving) if (targets.kind === 'owner') this.#homes.forget(targets);
        await this.#locate();
        await this.#askAgain(moving);
      }
      for (const run of elsewhere) if (!moving.includes(run)) followed.add(run);
    }
  }

  #isElsewhere({ targets, asked }: FieldRun): boolean {
    const home = targets.kind === 'owner' ? this.#homes.nodeOf(targets) : undefined;
    return typeof home !== 'string' || !asked.has(home);
  }

  #isOnItsWay(run: FieldRun): boolean {
    const { targets } = run;
    if (absenceOf(run, this.#replies) === 'AGENT_MOVING') return true;
    return targets.kind === 'owner' && this.#homes.isMoving(targets);
  }

  /** What was said of these before does not count any more. */
  async #askAgain(runs: readonly FieldRun[]): Promise<void> {
    for (const { merge, asked } of runs) for (const node of asked) merge.drop(node);
    const before = this.#replies.splice(0);
    for (const reply of before) {
      const questions = reply.questions.filter(({ run }) => !runs.includes(run));
      this.#replies.push({ ...reply, questions });
    }
    await this.#askNodes(runs);
  }

  #finishField(run: FieldRun, isUnsure: boolean): unknown {
    const { field, merge, asked } = run;
    const path = [field.responseName];
    if (isUnsure) {
      if (this.#homes.failure) this.#report.add({ ...this.#homes.failure, path });
      return null;
    }
    const isAnyKnown = [...asked].some((node) => this.#options.fleet.roster.get(node));
    if (isAnyKnown && !merge.hasAny && field.isNullable) return null;
    return merge.finish([...asked], this.#homes, (node, rows) => {
      const message = `Node ${node} answered with rows that it does not own`;
      this.#report.add({ code: 'FOREIGN_ROWS', message, node, path, rows });
    });
  }
}
