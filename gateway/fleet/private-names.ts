import { type DocumentNode, visit } from 'graphql';

/** Names that nothing in a fetch has, for what nodes are asked beside what the client wants. */
export interface PrivateNames {
  name(what: string): string;
  has(name: string): boolean;
}

/** Picks a prefix with which no response name, argument or variable of the document begins. */
export function privateNamesFor(document: DocumentNode): PrivateNames {
  const taken = new Set<string>();
  visit(document, { Name: (node) => void taken.add(node.value) });
  const isFree = (candidate: string): boolean => [...taken].every((name) => !name.startsWith(candidate));
  let prefix = 'fleet_';
  for (let attempt = 1; !isFree(prefix); attempt++) prefix = `fleet${attempt}_`;
  return { name: (what) => `${prefix}${what}`, has: (name) => name.startsWith(prefix) };
}
