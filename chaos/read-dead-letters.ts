import type { NetworkClient } from '../client/connect.ts';
import { answerError } from '../client/request-error.ts';
import { DeadLettersDocument } from './documents.ts';
import { untilDone } from './until-done.ts';

/** The ids of the messages that came back to these agents and to the person who is signed in: up to a thousand each. */
export async function readDeadLetters(
  client: NetworkClient,
  agents: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (const variables of [{}, ...agents.map((from) => ({ from }))]) {
    const page = await untilDone(async () => {
      const { data, errors } = await client.query(DeadLettersDocument, variables, { signal });
      if (errors.length > 0) throw answerError(errors);
      return data.deadLetters;
    }, signal);
    for (const letter of page?.nodes ?? []) if (letter) ids.add(letter.id);
  }
  return ids;
}
