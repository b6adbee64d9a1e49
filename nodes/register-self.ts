import { GraphQLError } from 'graphql';
import type { NodeKey } from '../identity/node-key.ts';
import { signText } from '../identity/ssh-signature.ts';
import { registrationStatement } from '../identity/statements.ts';
import type { ErrorCode } from '../schema/error-codes.ts';
import type { RegisterNodeInput, RegisteredNode } from '../schema/generated/network.ts';
import type { Connection } from '../wire/open-connection.ts';
import { askInitial } from './ask-initial.ts';
import { challenge, registerNode } from './network-questions.ts';

/** What a node says of itself, before it is signed. */
export type Registration = Omit<RegisterNodeInput, 'challenge' | 'signature'>;

/** Signs what the initial node asks for, and registers with it. Rejects with the codes of `registerNode`. */
export async function registerSelf(
  connection: Connection,
  key: NodeKey,
  registration: Registration,
): Promise<RegisteredNode> {
  const asked = challenge();
  const { nodeChallenge } = await askInitial(connection, asked, asked.answer);
  const signature = signText(key, registrationStatement(nodeChallenge, registration));
  const question = registerNode({ ...registration, challenge: nodeChallenge.id, signature });
  return askInitial(connection, question, question.answer);
}

/** Answers to a registration that the next one would get as well. */
const finalCodes: readonly unknown[] = [
  'JOIN_REFUSED',
  'NODE_REVOKED',
  'NODE_RETIRED',
  'BAD_USER_INPUT',
  'BAD_SIGNATURE',
] satisfies ErrorCode[];

export function isFinal(error: unknown): error is GraphQLError {
  return error instanceof GraphQLError && finalCodes.includes(error.extensions.code);
}
