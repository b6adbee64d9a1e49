/** How long `ws` waits for the server's part of the handshake and of the closing one. */
const handshakeTimeoutMs = 10_000;
const closeTimeoutMs = 2_000;

/**
 * The platform's WebSocket where it has one: every browser, Node from 22 on. Node 20 has none, so there it is that of `ws`, loaded only when
 * wanted: a page never asks for it.
 */
export async function findWebSocket(): Promise<unknown> {
  if ('WebSocket' in globalThis) return globalThis.WebSocket;
  const { WebSocket } = await import('ws');
  return class NodeWebSocket extends WebSocket {
    constructor(url: string, protocols: string) {
      const timeouts = { handshakeTimeout: handshakeTimeoutMs, closeTimeout: closeTimeoutMs };
      super(url, protocols, timeouts);
      // graphql-ws stops listening on a socket that it gives up; without a listener a late error would end the process.
      this.on('error', () => {});
    }
  };
}
