import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '../wire/viewer.ts';

export interface Person {
  readonly username: string;
  readonly role: Role;
  readonly password: string;
}

const cast = [
  { username: 'ada', role: 'ADMIN' },
  { username: 'grace', role: 'DEVELOPER' },
  { username: 'linus', role: 'DEVELOPER' },
] as const;

/** Who plays in the demo. Passwords are made at the first start and kept in `people.json`, which only its owner reads. */
export function demoPeople(folder: string): readonly Person[] {
  const file = join(folder, 'people.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Person[];
  const people = cast.map((person) => ({ ...person, password: randomBytes(9).toString('base64url') }));
  writeFileSync(file, `${JSON.stringify(people, null, 2)}\n`, { mode: 0o600 });
  return people;
}
