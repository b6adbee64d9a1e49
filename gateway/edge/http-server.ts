import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { type Server as SecureServer, createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type OpenPort, type PortOptions, openPort } from '../../port/open-port.ts';
import { limits } from '../../schema/limits.ts';
import { HttpRefusal, sendAnswer } from './http-answer.ts';

/** What answers below a path. A route throws or rejects with an HttpRefusal to be answered with it; anything else is a fault of ours. */
export interface HttpRoute {
  /** `/graphql` is that path alone, `/playground/*` everything below it and `/playground` itself. */
  readonly path: string;
  handle(request: IncomingMessage, response: ServerResponse): void | Promise<void>;
}

export interface UpgradeRoute {
  readonly path: string;
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

export interface HttpServerOptions {
  /** 0 for any that is free. */
  readonly port: number;
  readonly host: string;
  /** PEM: HTTPS and wss instead of plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Whether HTTP is spoken at all with whoever has made this connection; with everybody when absent. */
  readonly admits?: ((socket: Socket) => boolean) | undefined;
  /** The first whose path fits answers. */
  readonly routes: readonly HttpRoute[];
  readonly upgrades?: readonly UpgradeRoute[];
  /** Who else may come to the same port. */
  readonly guests?: PortOptions['guests'];
  /** Told of what routes throw. */
  readonly onFault: (error: unknown) => void;
  readonly drainMs?: number;
}

export interface HttpServer {
  /** With the port that was found, without a slash at its end. */
  readonly url: string;
  /** Which a URL does not say where it is the usual one. */
  readonly port: number;
  readonly server: Server | SecureServer;
  /** Idempotent. Takes no more connections, lets requests end for a while, then cuts what is left, WebSockets included: close those before. */
  readonly close: () => Promise<void>;
}

/** One port for everything that a process serves. Rejects when it cannot listen. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const timeouts = {
    requestTimeout: limits.requestArrivalMs,
    headersTimeout: limits.requestArrivalMs,
    keepAliveTimeout: limits.httpKeepAliveMs,
    handshakeTimeout: limits.requestArrivalMs,
  };
  const { tls } = options;
  const listener = (request: IncomingMessage, response: ServerResponse) =>
    void answer(options, request, response);
  const server = tls
    ? createSecureServer({ ...timeouts, cert: tls.cert, key: tls.key }, listener)
    : createServer(timeouts, listener);
  server.on('upgrade', (request, socket: Duplex, head) => {
    const route = options.upgrades?.find((candidate) => candidate.path === pathOf(request));
    if (route) route.handleUpgrade(request, socket, head);
    else refuseUpgrade(socket);
  });
  server.on('clientError', (error, socket) => refuseGarbage(error, socket));
  // It listens through our port; its clocks for slow and idle connections start with this event.
  server.emit('listening');
  const port = await openPort({
    ...options,
    guests: {
      ...options.guests,
      [tls ? 'https' : 'http']: (socket: Socket) => {
        if (options.admits?.(socket) === false) return void socket.destroy();
        server.emit('connection', socket);
        // TLS reads what is below it by itself.
        if (!tls) socket.resume();
      },
    },
  });

  let closing: Promise<void> | undefined;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `${tls ? 'https' : 'http'}://${host}:${port.port}`,
    port: port.port,
    server,
    close: () => (closing ??= close(server, port, options.drainMs ?? limits.httpDrainMs)),
  };
}

async function answer(
  options: HttpServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const path = pathOf(request);
    const route = options.routes.find((candidate) => fits(candidate.path, path));
    if (!route)
      throw new HttpRefusal('NOT_FOUND', `There is nothing at ${path.slice(0, 100)}`, { status: 404 });
    await route.handle(request, response);
  } catch (error) {
    if (!(error instanceof HttpRefusal)) options.onFault(error);
    const refusal =
      error instanceof HttpRefusal
        ? error
        : new HttpRefusal('INTERNAL_SERVER_ERROR', 'Internal server error');
    if (response.headersSent) response.destroy();
    else sendAnswer(response, refusal.answer);
  }
}

function pathOf(request: IncomingMessage): string {
  const url = request.url ?? '/';
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

function fits(pattern: string, path: string): boolean {
  if (!pattern.endsWith('/*')) return pattern === path;
  const base = pattern.slice(0, -2);
  return path === base || path.startsWith(`${base}/`);
}

function refuseUpgrade(socket: Duplex): void {
  // A peer that is gone before it reads this is no fault.
  socket.on('error', () => undefined);
  socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

/** What is no HTTP, too large a head, or too slow to arrive (all as Node's parser found them). */
function refuseGarbage(error: Error & { readonly code?: string }, socket: Duplex): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request';
  const { body, contentType } = new HttpRefusal('BAD_REQUEST', `Expected an HTTP request, got ${status}`)
    .answer;
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: ${contentType}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

async function close(server: Server | SecureServer, port: OpenPort, drainMs: number): Promise<void> {
  // A kept connection becomes idle when its last answer is out, and nothing tells of that.
  const sweep = setInterval(() => server.closeIdleConnections(), 20);
  await port.close(drainMs);
  clearInterval(sweep);
  // Stops those clocks; that it never listened itself is no fault.
  server.close(() => undefined);
}
