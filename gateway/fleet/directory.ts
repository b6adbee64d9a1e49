/** Where an agent lives. */
interface AgentHome {
  readonly node: string;
  /** Rises by one at every move. */
  readonly epoch: number;
  /** It is on its way: for a moment it may answer neither where it was nor here. */
  readonly isMoving?: boolean;
}

/** Who owns rows that are found by looking them up (`via: "DIRECTORY"`). The registry is one. */
export interface Directory {
  /** Ids that nobody has claimed are missing from the answer. */
  locate(agents: readonly string[]): Promise<ReadonlyMap<string, AgentHome>>;
  /** Calls back with the id of each agent whose home has changed or gone; returns the function that ends it. */
  onChange(listener: (agent: string) => void): () => void;
}
