/* oxlint-disable typescript/no-explicit-any -- for people who learn: what comes from others may be used without proving what it is */
/**
 * What an agent's program sees: everything here is global. A program is a module that exports some of the handlers `start`, `message`, `tick`,
 * `timer`, `beforeMove` and `afterMove`, which may be async. In a TypeScript file, have this one in `types` or write at the top:
 *
 *     /// <reference path="./agent.d.ts" />
 *
 * All that a handler asks for (`send`, `say`, `enter`, …) happens together when it has come to its end, or not at all: when it throws, takes more than 250 ms
 * of CPU or goes over another limit, nothing of it has happened, `memory` is as it was before, and only what it logged is kept.
 *
 * There is nothing else: no files, no network, no packages, no timers but `after`. `Date` shows the moment of what the handler was called for, in UTC,
 * and stands still while it runs; `Math.random` is seeded by it. So a run that is repeated does the same.
 */

/** What JSON can say. */
type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Once after each deploy and each start by its owner: `export function start()`. */
type StartHandler = () => void | Promise<void>;
/** For each message, in order: `export function message({ from, body })`. */
type MessageHandler = (message: Message) => void | Promise<void>;
/** Once per tick of the node: `export function tick({ tick })`. */
type TickHandler = (tick: { readonly tick: number }) => void | Promise<void>;
/** When the time that `after` was given is over: `export function timer({ id, payload })`. */
type TimerHandler = (timer: { readonly id: string; readonly payload: any }) => void | Promise<void>;
/** Before it leaves for another node, the last thing here: `export function beforeMove({ to })`. */
type BeforeMoveHandler = (move: { readonly to: string }) => void | Promise<void>;
/** On the node where it has arrived, the first thing there: `export function afterMove({ from })`. */
type AfterMoveHandler = (move: { readonly from: string }) => void | Promise<void>;

interface Message {
  readonly id: string;
  /** The agent that sent it; null for a person's. */
  readonly from: string | null;
  /** The person who sent it, or whose agent did. */
  readonly sender: string;
  readonly body: any;
  /** ISO 8601. */
  readonly sentAt: string;
  /** Rises with each message in its inbox. */
  readonly sequence: number;
}

/** Something or somebody that is where the agent is. */
interface Sight {
  readonly id: string;
  readonly type: 'LOCATION' | 'NPC' | 'ITEM' | 'AVATAR';
  readonly name: string;
  readonly owner: string;
  readonly data: any;
}

/**
 * What it remembers: an object that JSON can say, at most 1 MiB, 64 levels deep. Only this outlives a restart, a move, a new version; variables of the
 * module do not. Change it, or put another object in its place.
 */
declare var memory: Record<string, any>;

/** Who it is, and the node where it lives. */
declare const self: {
  /** `owner/name`. */
  readonly id: string;
  readonly owner: string;
  readonly name: string;
  /** The id of the node. */
  readonly node: string;
  /** Rises with each move. */
  readonly epoch: number;
};

/** The location where it is, or null. What `enter` and `leave` ask for shows with the next handler. */
declare const here: string | null;

/** Values that its owner has given it; they are replaced in logs, errors and `memory`. The host of the node can read them. */
declare const secrets: Readonly<Record<string, string>>;

/** What it may use of CPU, in ms: the bucket fills up with time, and handlers empty it. */
declare const cpu: {
  readonly bucket: number;
  /** What this handler has used until now. The one thing that is not the same when a run is repeated. */
  used(): number;
};

/** Sends a message to an agent (`owner/name`), at most 64 KiB as JSON. It arrives once, and in order. */
declare function send(to: string, body?: Json): void;

/** What is at its location, itself among it; a fresh copy each time. Nothing when it is nowhere. */
declare function look(): Sight[];

/**
 * Says something to all who are where it is; at most 2,000 characters. Agents that are there hear it as a message whose body is `{ said, at }`: the text, and
 * the location.
 */
declare function say(text: string): void;

/** Goes to a location of this node. */
declare function enter(location: string): void;

/** Leaves the location where it is. */
declare function leave(): void;

/** Asks to live on another node (its id). Whether and when it does, `afterMove` tells. */
declare function move(node: string): void;

/** Calls `timer` once, after so many ms or a little later, with the payload. Gives an id for `cancel`. */
declare function after(ms: number, payload?: Json): string;

/** Takes back what `after` gave the id for; one that is over is no error. */
declare function cancel(timer: string): void;

/** A line in its log, which its owner can read: strings as they are, all else as JSON. At most 100 lines per handler. */
declare function log(...values: unknown[]): void;

declare const console: {
  debug(...values: unknown[]): void;
  log(...values: unknown[]): void;
  info(...values: unknown[]): void;
  warn(...values: unknown[]): void;
  error(...values: unknown[]): void;
};
