import type { Variables } from './arguments.ts';
import type { FaultReport } from './fault-report.ts';
import type { Merge, Round } from './merger.ts';
import type { NodeError } from './node-answer.ts';
import type { NodeOutcome } from './nodes.ts';
import type { RootField, Targets } from './root-field.ts';

/** A root field in one run. */
export interface FieldRun {
  readonly field: RootField;
  readonly merge: Merge;
  readonly targets: Targets;
  /** Nodes that were asked, in the order in which their rows count. */
  asked: ReadonlySet<string>;
}

/** What one node is asked for one field in one round. */
export interface Question {
  readonly run: FieldRun;
  readonly round: Round;
  readonly variables: Variables;
}

export interface Reply {
  readonly node: string;
  readonly questions: readonly Question[];
  readonly outcome: NodeOutcome;
}

/** Takes in an answer. Throws NODE_BAD_ANSWER, and then nothing of it is used. */
export function takeAnswer(
  node: string,
  questions: readonly Question[],
  data: Readonly<Record<string, unknown>> | undefined,
  errors: readonly NodeError[],
): void {
  try {
    for (const { run, round } of questions) {
      const { responseName } = run.field;
      const isExcused = errors.some(({ path }) => path.length === 0 || path[0] === responseName);
      round.take(node, data?.[responseName], isExcused);
    }
  } catch (error) {
    for (const { round } of questions) round.drop(node);
    throw error;
  }
}

/** After the fields are merged: says what went wrong with the node, where that is in the merged answer. */
export function reportErrors(report: FaultReport, { node, questions, outcome }: Reply): void {
  // A run that went on to another node has nothing to do with what the first one said.
  const still = questions.filter(({ run }) => run.asked.has(node));
  const [first] = still;
  if (!first) return;
  if (outcome.kind === 'fault') {
    const routed = still.filter(({ run }) => run.targets.kind === 'owner').length;
    const { code, message } = outcome;
    const path = [first.run.field.responseName];
    report.add({ code, message, node, path, rows: routed === still.length ? routed : undefined });
    return;
  }
  for (const error of outcome.errors) {
    const path = placeError(node, still, error);
    if (path) report.addAnswerError(node, { ...error, path });
  }
  report.addLeftOut(node, outcome.errorsLeftOut);
}

/** Where an error of a node is in the merged answer; undefined when what it concerns is not there. */
function placeError(
  node: string,
  questions: readonly Question[],
  { path: [name, ...below] }: NodeError,
): NodeError['path'] | undefined {
  const question = questions.find(({ run }) => run.field.responseName === name);
  // About the request as a whole, or about something that we did not ask for.
  if (!question) return questions.slice(0, 1).map(({ run }) => run.field.responseName);
  const place = question.round.place(node, below);
  return place && [question.run.field.responseName, ...place];
}

/** What nodes are to be asked at once, all questions to one node together. */
export class Questions {
  readonly byNode = new Map<string, Question[]>();

  add(node: string, question: Question): void {
    const beside = this.byNode.get(node);
    if (beside) beside.push(question);
    else this.byNode.set(node, [question]);
  }
}

/** Why an agent's node has not done what it was asked last, if that is because the agent is not there (any more, yet, or for a moment). */
export function absenceOf(
  { field, targets, asked }: FieldRun,
  replies: readonly Reply[],
): 'MOVED' | 'AGENT_MOVING' | undefined {
  if (targets.kind !== 'owner' || targets.via !== 'DIRECTORY') return undefined;
  const reply = replies.findLast(({ node }) => asked.has(node));
  if (reply?.outcome.kind !== 'answer') return undefined;
  const own = reply.outcome.errors.filter(({ path }) => path[0] === field.responseName && path.length === 1);
  return (['MOVED', 'AGENT_MOVING'] as const).find((absence) => own.some(({ code }) => code === absence));
}
