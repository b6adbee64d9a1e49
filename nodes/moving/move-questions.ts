import { z } from 'zod';
import { agentHome, field } from '../network-questions.ts';
import type { ReachedStep } from './move-registry.ts';

const fields = 'id agent epoch source target spool state step copies copySha256 restSha256 isTakeover reason';
const nodeMove = z.object({
  id: z.string(),
  agent: z.string(),
  epoch: z.number(),
  source: z.string(),
  target: z.string(),
  spool: z.string(),
  state: z.enum(['MOVING', 'COMMITTED', 'DONE', 'ABORTED', 'LOST']),
  step: z.enum(['BEGUN', 'COPIED', 'ACCEPTED', 'FROZEN']),
  copies: z.number(),
  copySha256: z.string().nullable(),
  restSha256: z.string().nullable(),
  isTakeover: z.boolean(),
  reason: z.string().nullable(),
});

export function moves() {
  return { query: `subscription { moves { ${fields} } }`, answer: field('moves', nodeMove) };
}

export function beginMove(variables: { readonly id: string; readonly agent: string; readonly to: string }) {
  return {
    query: `mutation ($id: ID!, $agent: ID!, $to: ID!) { move: beginMove(id: $id, agent: $agent, to: $to) { ${fields} } }`,
    variables: { ...variables },
    answer: field('move', nodeMove),
  };
}

export function moveProgress(id: string, reached?: ReachedStep) {
  return {
    query: `mutation ($id: ID!, $step: MoveStep, $sha256: String, $copy: Int! = 1) { move: moveProgress(id: $id, step: $step, sha256: $sha256, copy: $copy) { ${fields} } }`,
    variables: { id, ...reached },
    answer: field('move', nodeMove),
  };
}

export function changeMove(change: 'commitMove' | 'confirmMove', id: string) {
  return {
    query: `mutation ($id: ID!) { move: ${change}(id: $id) { ${fields} } }`,
    variables: { id },
    answer: field('move', nodeMove),
  };
}

export function abortMove(id: string, reason: string) {
  return {
    query: `mutation ($id: ID!, $reason: String!) { move: abortMove(id: $id, reason: $reason) { ${fields} } }`,
    variables: { id, reason },
    answer: field('move', nodeMove),
  };
}

export function findMove(id: string) {
  return {
    query: `query ($id: ID!) { move(id: $id) { ${fields} } }`,
    variables: { id },
    answer: field('move', nodeMove.nullable()),
  };
}

export function agentsHere(after: string | undefined) {
  return {
    query: 'query ($after: ID) { agentsHere(after: $after) { agent node epoch } }',
    variables: { after: after ?? null },
    answer: field('agentsHere', z.array(agentHome)),
  };
}

export function checkpoint(agent: string, part: number) {
  return {
    query:
      'query ($agent: ID!, $part: Int) { checkpoint(agent: $agent, part: $part) { takenAt parts data } }',
    variables: { agent, part },
    answer: field(
      'checkpoint',
      z.object({ takenAt: z.string(), parts: z.number(), data: z.string() }).nullable(),
    ),
  };
}

export function keepCheckpoint(kept: {
  readonly agent: string;
  readonly epoch: number;
  readonly part: number;
  readonly parts: number;
  readonly data: string;
}) {
  return {
    query: 'mutation ($checkpoint: CheckpointInput!) { keepCheckpoint(checkpoint: $checkpoint) }',
    variables: { checkpoint: { ...kept } },
    answer: z.unknown(),
  };
}
