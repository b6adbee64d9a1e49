import { codedError } from '../../../wire/coded-error.ts';

/** Whether a `nodes` argument includes this node; without one, every node is meant. */
export function isAsked(node: string, nodes: readonly string[] | null | undefined): boolean {
  return !nodes || nodes.includes(node);
}

/** Throws NODE_UNKNOWN for what was meant for another node. */
export function assertThisNode(node: string, meant: string): void {
  if (meant === node) return;
  throw codedError('NODE_UNKNOWN', `This is the node ${node}, not ${JSON.stringify(meant.slice(0, 80))}`);
}
