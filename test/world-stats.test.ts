import { describe, expect, test } from 'vitest';
import type { ProcessReading } from '../subgraphs/world/stats/read-process.ts';
import { readProcess } from '../subgraphs/world/stats/read-process.ts';
import { admin, alice, at, openWorld, player } from './support/open-world.ts';

const live =
  'subscription ($intervalMs: Int, $nodes: [ID!]) { nodeStats(intervalMs: $intervalMs, nodes: $nodes) { at cpuPercent node { id stats { memoryMb } } } }';

describe('statistics', () => {
  test('are those of this process', async () => {
    const { ask } = await openWorld({ messagesPerSecond: () => 2.5, linkLatencyMs: () => 12 });
    const data = await ask(
      'query ($id: [_Any!]!) { _entities(representations: $id) { ... on Node { stats { memoryMb cpuPercent agents messagesPerSecond linkLatencyMs uptimeSeconds node { id } } } } }',
      {
        id: [{ __typename: 'Node', id: 'main' }],
      },
    );
    const stats = at(data, '_entities', 0, 'stats');
    expect(stats).toMatchObject({
      agents: 0,
      messagesPerSecond: 2.5,
      linkLatencyMs: 12,
      node: { id: 'main' },
    });
    const rssMb = process.memoryUsage.rss() / 1_048_576;
    expect(at(stats, 'memoryMb')).toBeGreaterThan(rssMb / 2);
    expect(at(stats, 'memoryMb')).toBeLessThan(rssMb * 2);
    expect(at(stats, 'cpuPercent')).toBeGreaterThanOrEqual(0);
  });
});
