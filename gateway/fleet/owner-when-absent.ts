import type { Route } from './directives.ts';
import type { RowOwner } from './homes.ts';

/** Whom a `@route` means whose argument has no value; undefined when it has one, or the field does not say what none means. */
export function ownerWhenAbsent({ otherwise }: Route, value: unknown): RowOwner | undefined {
  if (otherwise === undefined || (value !== undefined && value !== null)) return undefined;
  return { via: 'NODE', key: otherwise };
}
