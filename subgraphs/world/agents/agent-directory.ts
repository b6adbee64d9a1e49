/** Where each agent lives, as this node asks the registry. */
export interface AgentDirectory {
  /** Takes the id at the registry for this node, on behalf of its owner; rejects with AGENT_TAKEN, FORBIDDEN or INITIAL_UNREACHABLE. Taking it again is fine. */
  readonly claimAgent: (id: string, viewerToken: string | undefined) => Promise<{ readonly epoch: number }>;
  /** Gives it back. */
  readonly releaseAgent: (id: string) => Promise<unknown>;
}
