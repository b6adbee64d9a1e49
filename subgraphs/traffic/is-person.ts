import { ownerOfAgent } from '../../wire/ids.ts';

/** Whether the source of a message is a person, not an agent. */
export function isPerson(source: string): boolean {
  return ownerOfAgent(source) === undefined;
}
