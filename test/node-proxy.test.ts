import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startNetwork } from './support/start-network.ts';
import { untilGraph } from './support/until-graph.ts';

test('a proxy hosts no agents and no entities, says why, and has its stats all the same', async () => {
  const network = await startNetwork();
  const folder = join(network.place('gate'), 'entities/developer/item');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'lamp.json'), '{ "name": "Lamp" }');
  await network.join('gate', { kind: 'proxy' });
  const picture =
    '{ node(id: "gate") { kind stats { agents } entities { nodes { id } } brokenFiles { path } } }';
  await untilGraph(network.initial.url, picture, (data) =>
    expect(data).toEqual({
      node: {
        kind: 'PROXY',
        stats: { agents: 0 },
        entities: { nodes: [] },
        brokenFiles: [],
      },
    }),
  );
  for (const mutation of [
    'deployAgent(node: "gate", input: { name: "scout", code: "0" })',
    'createEntity(node: "gate", input: { type: ITEM, name: "lamp", data: { name: "Lamp" } })',
  ])
    await expect(network.ask(`mutation { ${mutation} { id } }`)).rejects.toThrow(
      /The node gate only carries.*FORBIDDEN/,
    );
  const agents = '{ agents { nodes { id } } }';
  expect(await network.ask(agents)).toEqual({ agents: { nodes: [] } });
});
