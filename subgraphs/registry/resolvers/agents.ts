import { randomUUID } from 'node:crypto';
import type { Resolvers } from '../../../schema/generated/registry.ts';
import { codedError } from '../../../wire/coded-error.ts';
import { findCheckpoint } from '../checkpoints.ts';
import type { MoveEventRow, MoveRow } from '../database.ts';
import { cursorBeforeMove, cursorOfMoveEvent, followMoves, stateOfMove } from '../move-events.ts';
import type { RegistryServices } from '../services.ts';

/** Agents: where each lives, and how it gets elsewhere. */
export function createAgentResolvers({ db, load, moves }: RegistryServices) {
  return {
    Query: {
      agent: async (_root, { id }) => (await load.agent(id)) ?? null,
    },
    Mutation: {
      recoverAgent: async (_root, { id, to }) => {
        const move = await moves.takeOver(randomUUID(), id, to);
        const checkpoint = await findCheckpoint(db, id);
        const agent = await load.agent(id);
        if (!checkpoint || !agent)
          throw codedError('CONFLICT', `The agent ${id} has been given back meanwhile`);
        return { agent, checkpointAt: checkpoint.taken_at, lost: whatIsLost(move, checkpoint.taken_at) };
      },
    },
    Subscription: {
      moves: {
        subscribe: (_root, { agent, after }, { signal }) =>
          followMoves({ db, moves }, agent, { after: after ?? undefined, signal }),
        resolve: (event: MoveEventRow) => event,
      },
    },
    Agent: {
      __resolveReference: async ({ id }) => (await load.agent(id)) ?? null,
      id: (agent) => agent.agent_id,
      node: async (agent) => (await load.node(agent.node_id)) ?? null,
      move: async (agent) => (agent.move_id === null ? null : ((await load.move(agent.move_id)) ?? null)),
    },
    AgentMove: {
      __resolveReference: async ({ id }) => (await load.move(id)) ?? null,
      id: (move) => move.move_id,
      agent: async (move) => (await load.agent(move.agent_id)) ?? null,
      from: async (move) => (await load.node(move.source)) ?? null,
      to: async (move) => (await load.node(move.target)) ?? null,
      state: stateOfMove,
      begunAt: (move) => move.begun_at,
      endedAt: (move) => move.ended_at,
      cursor: async (move) => (await cursorBeforeMove(db, move)) ?? null,
    },
    MoveEvent: {
      cursor: cursorOfMoveEvent,
      move: async (event) => (await load.move(event.move_id)) ?? null,
    },
  } satisfies Resolvers;
}

function whatIsLost({ source }: MoveRow, takenAt: string): string {
  return `What the agent has done and been sent on ${source} since ${takenAt}: its memory and inbox are as they were then, and what it had sent and was not answered is sent again. Messages that others send from now on go to its new home.`;
}
