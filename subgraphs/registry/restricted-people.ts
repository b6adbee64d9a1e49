import type { ShapeContext } from '../serve/shape-context.ts';
import { type ChangeOrEnd, needChange } from './change-hub.ts';
import type { People, PeopleChange } from './people.ts';
import type { Restriction } from './restrict-users.ts';

/** `disabledPeople` and `mutedPeople` of network.graphql: everybody who is, now and when that changes. */
export function createRestrictedPeople(
  restriction: Restriction,
  people: Pick<People, 'changes' | 'restricted'>,
  needMember: (context: ShapeContext) => Promise<string>,
) {
  return {
    subscribe: async (_root: unknown, _args: unknown, context: ShapeContext) => {
      await needMember(context);
      const restricted = await people.restricted();
      let known = restricted[restriction].join('/');
      return people.changes.read({
        filter: (change) => known !== (known = change.restricted[restriction].join('/')),
        first: [{ who: undefined, restricted }],
      });
    },
    // As it is when it is told: a change between the first look and the first event is not missed.
    resolve: async (change: ChangeOrEnd<PeopleChange>) => {
      needChange(change);
      return [...(await people.restricted())[restriction]];
    },
  };
}
