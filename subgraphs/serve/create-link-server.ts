import { createHash, timingSafeEqual } from 'node:crypto';
import type { SubscribePayload } from 'graphql-ws';
import { z } from 'zod';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { ExecutableShape } from '../../wire/executable-shape.ts';
import type { LinkWelcome } from '../../wire/link-vocabulary.ts';
import { roles } from '../../wire/viewer.ts';
import { openShapeSocket, type ShapeSocket } from './open-shape-socket.ts';
import type { RoutedOperation } from './socket-session.ts';

export interface LinkServerOptions {
  readonly node: string;
  /** What the initial node must know; asked again for each connection, as registering anew changes it. Undefined refuses everybody. */
  readonly secret: () => string | undefined;
  readonly shapes: readonly ExecutableShape[];
  readonly pingMs?: number;
  readonly pongMs?: number;
}

/** The node's end of LINK_PATH. Whoever knows the secret is the initial node: it says on whose behalf each operation runs. */
export function createLinkServer(options: LinkServerOptions): ShapeSocket {
  const { node, secret, pingMs, pongMs } = options;
  const shapes = new Map(options.shapes.map((shape) => [shape.name, shape]));
  const welcome: LinkWelcome = {
    node,
    shapes: Object.fromEntries(options.shapes.map(({ name, sdl }) => [name, sdl])),
  };
  return openShapeSocket({
    maxOperations: limits.maxOperationsPerLink,
    // The initial node has one link; another may be about to replace it, and a few are strangers who have not been refused yet.
    maxConnections: 64,
    pingMs,
    pongMs,
    accept: (hello) =>
      isSame(hello['secret'], secret())
        ? { welcome: { ...welcome }, route: (payload) => route(payload, shapes) }
        : undefined,
  });
}

/** Compares in a time that does not depend on how much of it is right. */
function isSame(given: unknown, expected: string | undefined): boolean {
  if (typeof given !== 'string' || expected === undefined) return false;
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

const linkExtensions = z.object({
  shape: z.string(),
  viewer: z.object({ username: z.string().min(1), role: z.enum(roles) }).optional(),
  timeoutMs: z.number().positive().optional(),
});

function route(payload: SubscribePayload, shapes: ReadonlyMap<string, ExecutableShape>): RoutedOperation {
  const parsed = linkExtensions.safeParse(payload.extensions);
  if (!parsed.success) {
    throw codedError(
      'BAD_USER_INPUT',
      `Expected extensions of a link's operation: ${z.prettifyError(parsed.error)}`,
    );
  }
  const { viewer, timeoutMs } = parsed.data;
  const shape = shapes.get(parsed.data.shape);
  if (!shape) {
    throw codedError('SUBGRAPH_FAILED', `This node has no subgraph ${JSON.stringify(parsed.data.shape)}`);
  }
  return { shape, viewer, timeoutMs };
}
