import type { AgentPlace, Delivery, DeliveryOutcome } from './delivery.ts';

/** How this node reaches the others. `createPost` makes one from a way to ask them. */
export interface Post {
  /** This node's id. */
  readonly self: string;
  /** The initial node's; the same as `self` there. */
  readonly initial: string;
  /**
   * At most `limits.maxDeliveries`, in order, to that node; an outcome for each in turn. Rejects (NODE_UNREACHABLE, INITIAL_UNREACHABLE,
   * RATE_LIMITED, …) when they may or may not have arrived: the same may be delivered again.
   */
  deliver(node: string, batch: readonly Delivery[]): Promise<readonly DeliveryOutcome[]>;
  /** The same to the initial node, which passes them on at once or takes custody. Not called on the initial node. */
  handOver(batch: readonly Delivery[]): Promise<readonly DeliveryOutcome[]>;
  /** Where agents live, as the registry has it; those that nobody has claimed are missing. May be cached, unless `fresh`. INITIAL_UNREACHABLE. */
  locate(
    agents: readonly string[],
    options?: { readonly fresh?: boolean },
  ): Promise<ReadonlyMap<string, AgentPlace>>;
  /** Whether there is a way to that node (the initial one among them) now, other than by `handOver`. */
  canReach(node: string): boolean;
  /** Calls back with a node (the initial one among them) that can be reached again; returns the function that ends it. */
  onReach(listener: (node: string) => void): () => void;
}
