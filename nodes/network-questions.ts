import { z } from 'zod';
import type { RegisterNodeInput } from '../schema/generated/network.ts';

/** An operation, and what its data has to be like. */
export interface Question<T> {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly extensions?: Record<string, unknown>;
  /** Reads the data of the answer. */
  readonly answer: z.ZodType<T>;
}

const kind = z.enum(['INITIAL', 'LOCAL', 'PROXY', 'TRUSTED']);
const selfFields = 'id name kind approved revoked fingerprint initial';
const registeredNode = z.object({
  id: z.string().min(1).nullable(),
  name: z.string(),
  kind,
  approved: z.boolean(),
  revoked: z.boolean(),
  fingerprint: z.string(),
  initial: z.string().min(1),
});
export const agentHome = z.object({ agent: z.string(), node: z.string(), epoch: z.number() });
const peer = z.object({
  id: z.string(),
  kind,
  address: z.string(),
  port: z.number().nullable(),
  fingerprints: z.array(z.string()),
});

/** What an operation with one field answers, in that field. */
export function field<T>(name: string, value: z.ZodType<T>): z.ZodType<T> {
  return z
    .record(z.string(), z.unknown())
    .transform((data) => data[name])
    .pipe(value);
}

export function selfChanges() {
  return {
    query: `subscription { selfChanges { ${selfFields} } }`,
    answer: field('selfChanges', registeredNode),
  };
}

export function changes() {
  const change = z.object({ node: z.string().nullable(), agent: z.string().nullable() });
  return { query: 'subscription { changes { node agent } }', answer: field('changes', change) };
}

export function restrictedPeople(name: 'disabledPeople' | 'mutedPeople') {
  return {
    query: `subscription { ${name} }`,
    answer: field(name, z.array(z.string())),
  };
}

export function challenge() {
  return {
    query: 'mutation { nodeChallenge { id nonce origin } }',
    answer: z.object({
      nodeChallenge: z.object({ id: z.string(), nonce: z.string(), origin: z.string() }),
    }),
  };
}

export function registerNode(input: RegisterNodeInput) {
  return {
    query: `mutation ($input: RegisterNodeInput!) { registerNode(input: $input) { ${selfFields} } }`,
    variables: { input },
    answer: field('registerNode', registeredNode),
  };
}

export function claimAgent(id: string, viewerToken?: string) {
  return {
    query:
      'mutation ($id: ID!, $viewer: String) { claimAgent(id: $id, viewer: $viewer) { agent node epoch } }',
    variables: { id, viewer: viewerToken ?? null },
    answer: field('claimAgent', agentHome),
  };
}

export function releaseAgent(id: string) {
  return {
    query: 'mutation ($id: ID!) { releaseAgent(id: $id) }',
    variables: { id },
    answer: field('releaseAgent', z.boolean()),
  };
}

export function agentHomes(ids: readonly string[]) {
  return {
    query: 'query ($ids: [ID!]!) { agentHomes(ids: $ids) { agent node epoch } }',
    variables: { ids },
    answer: field('agentHomes', z.array(agentHome)),
  };
}

export function peers(search: {
  readonly ids?: readonly string[];
  readonly fingerprints?: readonly string[];
}) {
  return {
    query:
      'query ($ids: [ID!], $fingerprints: [String!]) { peers(ids: $ids, fingerprints: $fingerprints) { id kind address port fingerprints } }',
    variables: { ...search },
    answer: field('peers', z.array(peer)),
  };
}

export function reachedThrough(proxy: string | undefined) {
  return {
    query: 'mutation ($proxy: ID) { reachedThrough(proxy: $proxy) { id } }',
    variables: { proxy: proxy ?? null },
    answer: z.unknown(),
  };
}

export function goodbye() {
  return { query: 'mutation { goodbye }', answer: z.unknown() };
}

export function leave() {
  return { query: 'mutation { leave }', answer: z.unknown() };
}

export function rotateKey(input: Readonly<Record<string, string>>) {
  return {
    query: 'mutation ($input: RotateKeyInput!) { rotateKey(input: $input) { id } }',
    variables: { input },
    answer: z.unknown(),
  };
}
