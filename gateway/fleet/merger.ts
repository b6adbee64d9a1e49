import type { FieldNode, VariableDefinitionNode } from 'graphql';
import type { Variables } from './arguments.ts';
import type { Homes } from './homes.ts';
import type { Path } from './node-answer.ts';
import type { PageShare } from './page-share.ts';

/** Makes one answer of what several nodes answer for one root field. Made once per fetch. */
export interface Merger {
  /** What nodes are asked: the client's field, with what merging needs. */
  readonly ask: FieldNode;
  /** What some are asked in a second round, where there may be one. */
  readonly askMore?: FieldNode | undefined;
  /** Private variables of both. */
  readonly variables: readonly VariableDefinitionNode[];
  /** Throws a GraphQLError when an argument has a value that no node need be asked about. */
  begin(variables: Variables): Merge;
}

/** Takes in what nodes answer when they are asked together. */
export interface Round {
  /** Takes in what a node answered. Throws NODE_BAD_ANSWER; null is no fault when the node gave an error with it (`isExcused`). */
  take(node: string, value: unknown, isExcused: boolean): void;
  /** Forgets what a node answered in this round. */
  drop(node: string): void;
  /** After `finish`: where a place in a node's value is in the merged value; undefined when it is not there. Both paths begin below the field. */
  place(node: string, path: Path): Path | undefined;
}

/** One run of a merger, and its first round. */
export interface Merge extends Round {
  /** Values of the private variables when that many nodes are asked. */
  variablesFor(nodes: number, share: PageShare): Variables;
  /** Whether any node has answered with something. */
  readonly hasAny: boolean;
  /** Names the rows whose owners must be looked up before it is called again; false when nothing more must be known for what follows. */
  wantHomes(homes: Homes): boolean;
  /** What the answer lacks after the first round, if anything. `finish` does without it too, and ends where it begins to be unsure. */
  askMore?(homes: Homes): SecondRound | undefined;
  /** The merged value, rows that a node does not own left out and reported. @param order the nodes that were asked */
  finish(order: readonly string[], homes: Homes, onForeign: OnForeign): unknown;
}

export interface SecondRound extends Round {
  /** Values of the private variables for each node that is to be asked `askMore`. */
  readonly variables: ReadonlyMap<string, Variables>;
}

/** Told of rows that a node does not own. */
export type OnForeign = (node: string, rows: number) => void;
