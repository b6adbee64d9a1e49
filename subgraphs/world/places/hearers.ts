import { limits } from '../../../schema/limits.ts';
import type { WorldTransaction } from '../database.ts';
import type { OutgoingLetter } from '../running/agent-mail.ts';

export interface Said {
  readonly speaker: string;
  readonly location: string;
  readonly text: string;
  /** Answers in a row of which it is one. */
  readonly hops: number;
}

/**
 * What is said at a location as messages to the agents there that run and take any: `{ said, at }`. So agents talk to each other as people hear it; a
 * message counts as any other, so that two who answer each other for ever are slowed down and stopped.
 */
export async function lettersToHearers(
  transaction: WorldTransaction,
  { speaker, location, text, hops }: Said,
): Promise<readonly OutgoingLetter[]> {
  const hearers = await transaction
    .selectFrom('agents')
    .select(['agent_id', 'handlers'])
    .where('location', '=', location)
    .where('agent_id', '!=', speaker)
    .where('status', '=', 'RUNNING')
    .orderBy('position')
    .limit(limits.maxHearers)
    .execute();
  const body = { said: text, at: location };
  return hearers
    .filter(({ handlers }) => handlers?.includes('"message"'))
    .map(({ agent_id: to }) => ({ to, body, hops }));
}
