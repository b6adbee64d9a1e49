/**
 * What the two ends of a link say beyond the graphql-transport-ws protocol. A link is mutual TLS 1.3 with LINK_PROTOCOL by ALPN, and in it a WebSocket
 * to LINK_PATH (to a node) or NETWORK_PATH (node to initial node), subprotocol `graphql-transport-ws`. Who is at the other end its key tells, so that
 * nobody says it again.
 */
export const LINK_PROTOCOL = 'codecraft-link';
export const LINK_PATH = '/link';
export const NETWORK_PATH = '/network';

/** Payload of `connection_ack` on LINK_PATH: the node's id and the SDL of each shape that it publishes. */
export interface LinkWelcome {
  readonly node: string;
  readonly shapes: Readonly<Record<string, string>>;
}

/** `extensions` of a `subscribe` payload on LINK_PATH. */
export interface LinkExtensions {
  readonly shape: string;
  /** A token by which this node, and no other, knows on whose behalf it is asked (identity/viewer-token.ts). */
  readonly viewer?: string;
  /** Milliseconds left; the node stops working on it afterwards and answers NODE_TIMEOUT. */
  readonly timeoutMs?: number;
}
