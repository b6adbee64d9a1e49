import type { Viewer } from './viewer.ts';

/**
 * What the two ends of a link say beyond the graphql-transport-ws protocol. A link is a WebSocket to LINK_PATH (gateway to node) or
 * NETWORK_PATH (node to initial node), subprotocol `graphql-transport-ws`.
 */
export const LINK_PROTOCOL = 'codecraft-link';
export const LINK_PATH = '/link';
export const NETWORK_PATH = '/network';

/**
 * Payload of `connection_init`. On LINK_PATH the gateway proves with the shared secret that it is the initial node; on NETWORK_PATH a node
 * that has registered proves who it is, and one that has not sends nothing. Refused: close 4403.
 */
export interface LinkHello {
  readonly node?: string;
  readonly secret?: string;
}

/** Payload of `connection_ack` on LINK_PATH: the node's id and the SDL of each shape that it publishes. */
export interface LinkWelcome {
  readonly node: string;
  readonly shapes: Readonly<Record<string, string>>;
}

/** `extensions` of a `subscribe` payload on LINK_PATH. */
export interface LinkExtensions {
  readonly shape: string;
  readonly viewer?: Viewer;
  /** Milliseconds left; the node stops working on it afterwards and answers NODE_TIMEOUT. */
  readonly timeoutMs?: number;
}
