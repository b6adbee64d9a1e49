import type { FieldNode, VariableDefinitionNode } from 'graphql';
import type { Variables } from './arguments.ts';
import type { Homes } from './homes.ts';
import type { Path } from './node-answer.ts';

/** Makes one answer of what several nodes answer for one root field. Made once per fetch. */
export interface Merger {
  /** What nodes are asked: the client's field, with what merging needs. */
  readonly ask: FieldNode;
  /** Private variables of `ask`. */
  readonly variables: readonly VariableDefinitionNode[];
  /** Throws a GraphQLError when an argument has a value that no node need be asked about. */
  begin(variables: Variables): Merge;
}

/** One run of a merger. */
export interface Merge {
  /** Values of the private variables. */
  readonly variables: Variables;
  /** Takes in what a node answered. Throws NODE_BAD_ANSWER; null is no fault when the node gave an error with it (`isExcused`). */
  take(node: string, value: unknown, isExcused: boolean): void;
  /** Forgets what a node answered. */
  drop(node: string): void;
  /** Whether any node has answered with something. */
  readonly hasAny: boolean;
  /** Names the rows whose owners must be looked up before it is called again; false when nothing more must be known for `finish`. */
  wantHomes(homes: Homes): boolean;
  /** The merged value, rows that a node does not own left out and reported. @param order the nodes that were asked */
  finish(order: readonly string[], homes: Homes, onForeign: OnForeign): unknown;
  /** After `finish`: where a place in a node's value is in the merged value; undefined when it is not there. Both paths begin below the field. */
  place(node: string, path: Path): Path | undefined;
}

/** Told of rows that a node does not own. */
export type OnForeign = (node: string, rows: number) => void;
