import type { GraphQLError } from 'graphql';
import { codedError } from '../../../wire/coded-error.ts';

/** For whoever would change an agent that is MOVING: its snapshot is on the way already. */
export function agentMoving(agent: string): GraphQLError {
  return codedError('AGENT_MOVING', `The agent ${agent} is moving; try again when it has arrived`);
}
