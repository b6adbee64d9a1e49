/** An agent's id in the network, for life. */
export function agentId(owner: string, name: string): string {
  return `${owner}/${name}`;
}

/**
 * The agent's place in the order of the network: by owner, then name. Each part ends in a comma, which sorts before every character of a
 * name, so that bytewise order is the order by parts.
 */
export function agentPosition(owner: string, name: string): string {
  return `${owner},${name},`;
}
