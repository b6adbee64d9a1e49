import { randomInt } from 'node:crypto';

/** From which all that is random in an agent's runs is made: 32 bits. */
export function newSeed(): number {
  return randomInt(2 ** 32);
}
