import { limits } from '../schema/limits.ts';
import { createNetworkReport } from '../gateway/execute/network-report.ts';
import type { Operations } from '../gateway/execute/operation.ts';
import type { ReadEntity } from '../subgraphs/registry/services.ts';
import { codedError } from '../wire/coded-error.ts';

const query = 'query Published($id: ID!) { entity(id: $id) { type owner { username } data } }';

/** Reads an entity wherever it lives, by the graph itself. */
export function createEntityReader(operations: Operations): ReadEntity {
  return async (id, viewer) => {
    const outcome = operations.compile({ query, role: viewer.role });
    if (!outcome.ok || outcome.operation.kind === 'subscription') {
      throw new Error('Expected the query for an entity to compile', { cause: outcome });
    }
    const { data, errors } = await outcome.operation.execute(
      { id },
      {
        viewer,
        deadline: performance.now() + limits.requestDeadlineMs,
        signal: undefined,
        network: createNetworkReport(),
      },
    );
    const entity = (data as EntityAnswer | null | undefined)?.entity;
    if (entity) return { type: entity.type, owner: entity.owner?.username ?? 'system', data: entity.data };
    const [error] = errors ?? [];
    if (error) throw error;
    throw codedError('NOT_FOUND', `There is no entity ${id}`);
  };
}

interface EntityAnswer {
  readonly entity?: {
    readonly type: 'LOCATION' | 'NPC' | 'ITEM' | 'AVATAR';
    readonly owner?: { readonly username: string } | null;
    readonly data: unknown;
  } | null;
}
