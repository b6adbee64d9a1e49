import { LRUCache } from 'lru-cache';
import type { Fetch, PreparedFetch } from '../execute/subgraph.ts';
import type { Variables } from './arguments.ts';
import type { Fleet } from './fleet.ts';
import { type NodeDocument, createNodeDocument } from './node-document.ts';
import { wholePage } from './page-share.ts';
import { type RootField, type RootFetch, readRootFetch } from './root-field.ts';
import { type DocumentOf, type RootRunResult, runRootFields } from './root-run.ts';

/** Makes a fetch of root fields ready: a query's together, a mutation's one after the other. Throws a GraphQLError when it can never work. */
export function prepareRootFetch(fleet: Fleet, fetch: Fetch): Pick<PreparedFetch, 'execute'> {
  const root = readRootFetch(fleet.shape, fetch.document);
  const documentFor = documentsOf(root);
  // What changes something is not asked twice.
  const pageShare = root.kind === 'query' ? fleet.pageShare : wholePage;
  return {
    execute: async (variables, context) => {
      const fields = root.fields.filter(({ isIncluded }) => isIncluded(variables));
      const run = (some: readonly RootField[]): Promise<RootRunResult> =>
        runRootFields({ fleet, fields: some, variables, context, documentFor, pageShare });
      const results = root.kind === 'mutation' ? await oneByOne(fields, run) : [await run(fields)];
      const errors = results.flatMap((result) => result.errors);
      return {
        data: Object.assign(ownData(root, variables), ...results.map((result) => result.data)),
        ...(errors.length > 0 ? { errors } : {}),
      };
    },
  };
}

/** As GraphQL has it for mutations, and so that none is skipped because another one's node is gone. */
async function oneByOne(
  fields: readonly RootField[],
  run: (fields: readonly RootField[]) => Promise<RootRunResult>,
): Promise<readonly RootRunResult[]> {
  const results: RootRunResult[] = [];
  for (const field of fields) results.push(await run([field]));
  return results;
}

/** A document for every set of root fields that some node has to answer in a round, made when it is first needed. */
function documentsOf(root: RootFetch): DocumentOf {
  const documents = new LRUCache<string, NodeDocument>({ max: maxDocumentsPerFetch });
  return (fields, round) => {
    const key = [round, ...fields.map(({ responseName }) => responseName)].join();
    const known = documents.get(key);
    if (known) return known;
    const asked = fields.map(({ merger }) => merger[round] ?? merger.ask);
    const variables = [...root.variableDefinitions, ...fields.flatMap(({ merger }) => merger.variables)];
    const document = createNodeDocument(root.kind, asked, variables, root.names);
    documents.set(key, document);
    return document;
  };
}

/** Sets of root fields; which ones occur depends on the values of route arguments, so that a client can make many. */
const maxDocumentsPerFetch = 64;

function ownData({ ownFields }: RootFetch, variables: Variables): Record<string, unknown> {
  const included = ownFields.filter(({ isIncluded }) => isIncluded(variables));
  return Object.fromEntries(included.map(({ responseName, value }) => [responseName, value]));
}
