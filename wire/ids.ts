/**
 * Ids that carry their place. A node's id has no `/`; an entity is `<node>/<owner>/<type>/<name>`; an agent is `<owner>/<name>` and keeps
 * its id when it moves.
 */
const namePattern = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** Whether this may name a person, a node, an entity or an agent: lower case, digits, `.`, `_`, `-`; fits a file name everywhere. */
export function isName(text: string): boolean {
  return namePattern.test(text);
}

/** The node that an entity's id begins with; undefined when there is none. */
export function nodeOfEntity(id: string): string | undefined {
  const slash = id.indexOf('/');
  return slash > 0 ? id.slice(0, slash) : undefined;
}

/** The person who owns the agent with this id; undefined when it is not an agent's id. */
export function ownerOfAgent(id: string): string | undefined {
  const [owner, name, ...rest] = id.split('/');
  return owner && name && rest.length === 0 && isName(owner) && isName(name) ? owner : undefined;
}
