import type { AgentHome, MoveStep, NodeMove } from '../../schema/generated/network.ts';

/** With what there is of it: the hash of the file, the number of the copy. */
export interface ReachedStep {
  readonly step: MoveStep;
  readonly sha256?: string;
  readonly copy?: number;
}

/** What a node asks the registry about moves; everything may be asked again. Rejects with INITIAL_UNREACHABLE, and with the codes of network.graphql. */
export interface MoveRegistry {
  begin(move: { readonly id: string; readonly agent: string; readonly to: string }): Promise<NodeMove>;
  /** A sign of life, and maybe that a step has been reached. */
  progress(id: string, reached?: ReachedStep): Promise<NodeMove>;
  commit(id: string): Promise<NodeMove>;
  confirm(id: string): Promise<NodeMove>;
  abort(id: string, reason: string): Promise<NodeMove>;
  /** Undefined for one in which this node has no part. */
  find(id: string): Promise<NodeMove | undefined>;
  /** All agents that live on this node. */
  agentsHere(): Promise<readonly AgentHome[]>;
  /** What was last kept of an agent that is to live here. */
  checkpoint(agent: string): Promise<string | undefined>;
  /** @param checkpoint with data in ASCII */
  keepCheckpoint(checkpoint: {
    readonly agent: string;
    readonly epoch: number;
    readonly data: string;
  }): Promise<void>;
  /** Calls back with each move of this node that is not over, whenever that is learned, and with each change; returns the function that ends it. */
  onMove(listener: (move: NodeMove) => void): () => void;
}
