/** A line that an agent's program has printed, as `travellerProgram` has them. */
export interface LogLine {
  /** From 1, one for each input that was handled. */
  readonly input: number;
  readonly epoch: number;
  readonly node: string;
  readonly what: What;
}

type What =
  | { readonly kind: 'start' | 'leaves' | 'arrived' }
  | { readonly kind: 'message'; readonly sequence: number; readonly series: string; readonly number: number }
  | { readonly kind: 'timer'; readonly number: number };

/** A message in an inbox. Numbers of a series rise by one in each inbox. */
export interface Mail {
  readonly sequence: number;
  readonly series: string;
  readonly number: number;
}

export interface Home {
  readonly node: string;
  readonly epoch: number;
}

/** A move as the registry has it. */
export interface MoveSeen {
  readonly agent: string;
  readonly source: string;
  readonly target: string;
  /** The agent's before it. */
  readonly epoch: number;
  readonly state: string;
}

/** An agent as a node's disk has it. */
export interface AgentSeen extends Home {
  readonly agent: string;
  readonly status: string;
  readonly memory: unknown;
  /** Of its inbox. */
  readonly lastSequence: number;
  readonly acknowledged: number;
  readonly timers: number;
}

/** Everything that is known of a run when all is over. */
export interface History {
  /** What was sent to agents from outside and acknowledged, or not. */
  readonly sent: readonly {
    readonly inbox: string;
    readonly source: string;
    readonly number: number;
    readonly state: string;
  }[];
  /** By agent, in the order in which the feeds told of them. */
  readonly logs: ReadonlyMap<string, readonly LogLine[]>;
  readonly mail: ReadonlyMap<string, readonly Mail[]>;
  /** In the order in which they were begun. */
  readonly moves: readonly MoveSeen[];
  /** By agent, as the registry has them. */
  readonly homes: ReadonlyMap<string, Home>;
  /** On all disks. */
  readonly agents: readonly AgentSeen[];
  /** What has come to no end, a line each: rows of moves, messages on their way, letters that came back. */
  readonly left: readonly string[];
}
