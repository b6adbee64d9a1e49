import { codedError } from '../../wire/coded-error.ts';
import type { Fetch, PreparedFetch, Subgraph } from '../execute/subgraph.ts';
import type { BreakerOptions } from './breakers.ts';
import type { Directory } from './directory.ts';
import { readFleetShape } from './directives.ts';
import type { Fleet } from './fleet.ts';
import { NodeVersions } from './node-versions.ts';
import { type FleetLog, Nodes } from './nodes.ts';
import { type PageShare, sharePage } from './page-share.ts';
import { prepareEntityFetch } from './prepare-entity-fetch.ts';
import { prepareRootFetch } from './prepare-root-fetch.ts';
import type { Roster } from './roster.ts';
import { prepareFleetStream } from './streams/prepare-fleet-stream.ts';

export interface FleetSubgraphOptions {
  /** As composed: the newest version that this gateway ships. */
  readonly shape: { readonly name: string; readonly sdl: string };
  readonly roster: Roster;
  readonly directory: Directory;
  /** Id of the initial node; needed by a shape with `@route(otherwise:)` only. */
  readonly initial?: string | undefined;
  readonly log?: FleetLog | undefined;
  readonly breaker?: BreakerOptions | undefined;
  /** A node that was given less time is not blamed for not answering. */
  readonly minWaitMs?: number | undefined;
  /** `sharePage` unless given. */
  readonly pageShare?: PageShare | undefined;
}

/**
 * A shape that many nodes publish, as the one subgraph that the query plan knows: decides for each fetch which nodes it means, asks each once, a few
 * of many a second time for the rest of a page, and makes one answer of theirs. Nothing in it depends on who is a member: a join or a leave costs
 * it nothing.
 * Throws when the shape's directives are wrong.
 */
export function createFleetSubgraph(options: FleetSubgraphOptions): Subgraph {
  const { roster, directory, log, pageShare = sharePage } = options;
  const shape = readFleetShape(options.shape, options.initial);
  const versions = new NodeVersions(shape);
  const nodes = new Nodes({ ...options, shape, versions });
  const fleet: Fleet = { shape, roster, directory, versions, nodes, log, pageShare };
  return { name: shape.name, prepare: (fetch) => prepareFetch(fleet, fetch) };
}

function prepareFetch(fleet: Fleet, fetch: Fetch): PreparedFetch {
  if (fetch.kind === 'subscription') {
    const stream = prepareFleetStream({ ...fleet, fetch });
    return { ...stream, execute: async () => ({ errors: [notThatWay('A subscription').toJSON()] }) };
  }
  const { execute } = fetch.isEntityFetch ? prepareEntityFetch(fleet, fetch) : prepareRootFetch(fleet, fetch);
  const subscribe = () => {
    throw notThatWay(`A ${fetch.kind}`);
  };
  return { execute, stream: 'plain', subscribe };
}

function notThatWay(what: string) {
  return codedError('INTERNAL_SERVER_ERROR', `${what} came to where it is not run`);
}
