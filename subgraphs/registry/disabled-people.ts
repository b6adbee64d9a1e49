import type { ShapeContext } from '../serve/shape-context.ts';
import { type ChangeOrEnd, needChange } from './change-hub.ts';
import type { People, PeopleChange } from './people.ts';

/** `disabledPeople` of network.graphql: everybody who is disabled, now and when that changes. */
export function createDisabledPeople(
  people: Pick<People, 'changes' | 'disabledUsers'>,
  needMember: (context: ShapeContext) => Promise<string>,
) {
  return {
    subscribe: async (_root: unknown, _args: unknown, context: ShapeContext) => {
      await needMember(context);
      const disabled = await people.disabledUsers();
      let known = disabled.join('/');
      return people.changes.read({
        filter: (change) => known !== (known = change.disabled.join('/')),
        first: [{ who: undefined, disabled }],
      });
    },
    // As it is when it is told: a change between the first look and the first event is not missed.
    resolve: async (change: ChangeOrEnd<PeopleChange>) => {
      needChange(change);
      return [...(await people.disabledUsers())];
    },
  };
}
