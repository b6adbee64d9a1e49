import type { HttpRoute, UpgradeRoute } from '../gateway/edge/http-server.ts';
import { createShapeEndpoint } from '../subgraphs/serve/create-shape-endpoint.ts';
import type { ExecutableShape } from '../wire/executable-shape.ts';

/** What a process serves on its port. */
export interface Doors {
  readonly routes: readonly HttpRoute[];
  readonly upgrades: readonly UpgradeRoute[];
}

/** Where a subgraph answers by itself. */
export function subgraphPath(name: string): string {
  return `/subgraphs/${name}`;
}

/** Each subgraph by itself, over HTTP and graphql-ws, for tools and other gateways; everybody is a stranger there. */
export function createSubgraphDoors(shapes: readonly ExecutableShape[]): Doors & { close(): Promise<void> } {
  const endpoints = shapes.map((shape) => ({
    path: subgraphPath(shape.name),
    endpoint: createShapeEndpoint({ shape }),
  }));
  return {
    routes: endpoints.map(({ path, endpoint }) => ({
      path,
      handle: (request, response) => endpoint.handleRequest(request, response),
    })),
    upgrades: endpoints.map(({ path, endpoint }) => ({
      path,
      handleUpgrade: (request, socket, head) => endpoint.handleUpgrade(request, socket, head),
    })),
    close: async () => {
      await Promise.all(endpoints.map(({ endpoint }) => endpoint.close()));
    },
  };
}

/**
 * Doors for a process that must listen before it knows what is behind them: whoever comes early waits for it.
 * @param paths those of the doors to come; another path is not held up
 */
export function doorsToCome(
  paths: { readonly routes: readonly string[]; readonly upgrades: readonly string[] },
  doors: Promise<Doors>,
): Doors {
  return {
    routes: paths.routes.map((path) => ({
      path,
      handle: async (request, response) => {
        const route = (await doors).routes.find((candidate) => candidate.path === path);
        await route?.handle(request, response);
      },
    })),
    upgrades: paths.upgrades.map((path) => ({
      path,
      handleUpgrade: (request, socket, head) =>
        void doors.then(({ upgrades }) =>
          upgrades.find((candidate) => candidate.path === path)?.handleUpgrade(request, socket, head),
        ),
    })),
  };
}
