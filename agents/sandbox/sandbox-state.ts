import type { AgentInput, AgentMessage, Sight } from '../agent-runtime.ts';

/** An agent of the sandbox: all that it is between two handlers. */
export interface SandboxAgent {
  readonly id: string;
  readonly owner: string;
  version: number;
  epoch: number;
  code: string;
  /** JSON. */
  memory: string;
  node: string;
  location: string | null;
  isStarted: boolean;
  handlers: readonly string[];
  sequence: number;
  readonly inbox: AgentMessage[];
  readonly timers: SandboxTimer[];
  /** What it has still to be told, before timers and messages. */
  readonly pending: PendingInput[];
}

interface SandboxTimer {
  readonly id: string;
  /** Milliseconds since 1970, of the sandbox's clock. */
  readonly dueAt: number;
  readonly payload: unknown;
}

/** An input without its moment. */
export type PendingInput = AgentInput extends infer Input
  ? Input extends AgentInput
    ? Omit<Input, 'at' | 'seed'>
    : never
  : never;

/** What comes into the sandbox from outside; the same in the same order makes the same of it. JSON. */
export type SandboxEvent =
  | { readonly kind: 'deploy'; readonly agent: string; readonly code: string }
  | { readonly kind: 'remove'; readonly agent: string }
  | { readonly kind: 'places'; readonly sights: readonly Sight[] }
  | { readonly kind: 'send'; readonly to: string; readonly from: string; readonly body: unknown }
  | { readonly kind: 'enter'; readonly agent: string; readonly location: string | null }
  | { readonly kind: 'command'; readonly agent: string; readonly text: string }
  | { readonly kind: 'tick'; readonly count: number };

/** What happens in it, for whoever watches. */
export interface SandboxReport {
  readonly agent: string;
  readonly kind: 'log' | 'send' | 'say' | 'enter' | 'leave' | 'move' | 'failed' | 'result';
  readonly level?: 'debug' | 'info' | 'warn' | 'error';
  readonly text: string;
}
