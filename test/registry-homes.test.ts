import { expect, test } from 'vitest';
import { RememberedHomes } from '../subgraphs/registry/remembered-homes.ts';
import { registryOnDisk } from './support/registry-on-disk.ts';

test('a remembered home is forgotten as it changes, before whoever hears of the change asks', async () => {
  const { registry } = await registryOnDisk();
  const { directory, homes } = registry;
  await directory.claim('ada/guard', 'rome');
  expect(await homes.locate(['ada/guard', 'ada/nobody'])).toEqual(
    new Map([['ada/guard', { node: 'rome', epoch: 1, isMoving: false }]]),
  );
  const heard = new Promise<unknown>((resolve) => {
    homes.onChange((agent) => resolve(homes.locate([agent])));
  });
  await directory.release('ada/guard', 'rome');
  expect(await heard).toEqual(new Map());
  await directory.claim('ada/guard', 'paris');
  expect(await homes.locate(['ada/guard'])).toEqual(
    new Map([['ada/guard', { node: 'paris', epoch: 2, isMoving: false }]]),
  );
});

test('an answer from before a change is not remembered', async () => {
  let change = (_agent: string): void => undefined;
  let answer = (_node: string): void => undefined;
  let asked = 0;
  const homes = new RememberedHomes({
    locate: (agents) => {
      asked += 1;
      return new Promise((resolve) => {
        answer = (node) =>
          resolve(new Map(agents.map((agent) => [agent, { node, epoch: 1, isMoving: false }])));
      });
    },
    onChange: (listener) => {
      change = listener;
      return () => undefined;
    },
  });
  const first = homes.locate(['ada/guard']);
  change('ada/guard');
  answer('rome');
  await first;
  const second = homes.locate(['ada/guard']);
  answer('paris');
  expect((await second).get('ada/guard')?.node).toBe('paris');
  expect((await homes.locate(['ada/guard'])).get('ada/guard')?.node).toBe('paris');
  expect(asked).toBe(2);
});
