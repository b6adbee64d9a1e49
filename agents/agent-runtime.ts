/**
 * What runs agents' programs. Those who commit what a program has done (`subgraphs/world/running/`) know this and nothing of processes or engines;
 * the implementations are processes under bubblewrap (`process/`), and the engine by itself in the local sandbox and in the browser (`engine/`).
 */
export interface AgentRuntime {
  /**
   * Runs these inputs one after the other in the agent's instance; when there is none, or one of another code or epoch, in a fresh one that `load`
   * gives. All or nothing: what a failed batch has done does not count, and its instance is gone. Rejects with SHUTTING_DOWN, AGENT_TOO_MANY (no
   * process can be started) and with whatever `load` rejects with.
   */
  run(batch: AgentBatch, load: () => Promise<AgentImage>): Promise<BatchResult>;
  /** Throws the instance away: what it has done has not been committed, or it has been stopped, deleted, moved. */
  forget(agent: string): void;
  /** The operating system's processes, for accounting. */
  processes(): readonly AgentProcess[];
  /** Ends all processes; batches under way fail. Idempotent. */
  close(): Promise<void>;
}

/** Which instance is meant. */
export interface AgentKey {
  /** `<owner>/<name>`. */
  readonly agent: string;
  /** The trust domain: agents of one owner share a process, nobody else's are in it. */
  readonly owner: string;
  /** Rises with each deploy and rollback. */
  readonly version: number;
  readonly epoch: number;
}

/** What a fresh instance is made of. */
export interface AgentImage {
  /** A JavaScript module without imports, with an inline source map where there is one. */
  readonly code: string;
  /** JSON of an object: `memory` as last committed. */
  readonly memory: string;
  readonly secrets: Readonly<Record<string, string>>;
}

export interface AgentBatch extends AgentKey {
  readonly inputs: readonly AgentInput[];
  /** What `look()` and `here` show during the batch. */
  readonly surroundings: Surroundings;
  /** What `cpu.bucket` shows, in ms. */
  readonly cpuBucketMs: number;
}

interface Moment {
  /** What `Date` shows, in ms since 1970. */
  readonly at: number;
  /** Of `Math.random` during this input: 32 bits. */
  readonly seed: number;
}

export type AgentInput = Moment &
  (
    | { readonly kind: 'start' }
    | { readonly kind: 'message'; readonly message: AgentMessage }
    | { readonly kind: 'tick'; readonly tick: number }
    | { readonly kind: 'timer'; readonly timer: string; readonly payload: unknown }
    | { readonly kind: 'beforeMove'; readonly to: string }
    | { readonly kind: 'afterMove'; readonly from: string }
    /** Typed by its owner, run in the agent's world. */
    | { readonly kind: 'command'; readonly text: string }
  );

export interface AgentMessage {
  readonly id: string;
  /** Of the agent that sent it; null for a person's. */
  readonly from: string | null;
  /** The person who sent it, or whose agent did. */
  readonly sender: string;
  readonly body: unknown;
  /** ISO 8601. */
  readonly sentAt: string;
  readonly sequence: number;
}

export interface Surroundings {
  /** This node's id. */
  readonly node: string;
  /** Where the agent's avatar is: the id of an entity, or null. */
  readonly location: string | null;
  /** What is there: `Sight[]`. Of the same `revision` it is the same. */
  readonly sights: readonly Sight[];
  readonly revision: number;
}

export interface Sight {
  readonly id: string;
  readonly type: 'LOCATION' | 'NPC' | 'ITEM' | 'AVATAR';
  readonly name: string;
  readonly owner: string;
  readonly data: unknown;
}

/** What a program asks for while it runs; nothing of it has happened before it is committed. */
export type AgentEffect =
  | { readonly kind: 'send'; readonly to: string; readonly body: unknown }
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'enter'; readonly location: string }
  | { readonly kind: 'leave' }
  | { readonly kind: 'move'; readonly to: string }
  | { readonly kind: 'log'; readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly text: string }
  | { readonly kind: 'after'; readonly timer: string; readonly ms: number; readonly payload: unknown }
  | { readonly kind: 'cancel'; readonly timer: string };

export interface InputOutcome {
  readonly effects: readonly AgentEffect[];
  /** JSON of what a command came to; undefined for all else. */
  readonly result?: string | undefined;
}

export type BatchResult =
  | {
      readonly kind: 'DONE';
      /** One for each input, in turn. */
      readonly outcomes: readonly InputOutcome[];
      /** JSON of `memory` now; undefined when it is as it was at the batch's start. */
      readonly memory: string | undefined;
      /** Names of the handlers that the program exports. */
      readonly handlers: readonly string[];
      readonly cpuMs: number;
    }
  | { readonly kind: 'FAILED'; readonly failure: AgentFailure; readonly cpuMs: number };

export interface AgentFailure {
  /**
   * THREW: an error of the program. TIMEOUT, MEMORY, EFFECTS: over a limit. KILLED: its process ended while it ran and it is not known whose fault
   * that was.
   */
  readonly kind: 'THREW' | 'TIMEOUT' | 'MEMORY' | 'EFFECTS' | 'KILLED';
  /** For the owner: the error, then the author's own files and lines. */
  readonly text: string;
  /** What had been logged before it failed; all else is undone. */
  readonly logs: readonly Extract<AgentEffect, { kind: 'log' }>[];
}

export interface AgentProcess {
  readonly owner: string;
  /** Of the process in which the programs run, not of bubblewrap's. */
  readonly pid: number;
  /** Bytes that have passed between it and this node. */
  readonly sentBytes: number;
  readonly receivedBytes: number;
}
