import type { GraphQLFormattedError } from 'graphql';
import { limits } from '../../schema/limits.ts';
import { isData } from './data.ts';
import type { DataPath } from './places.ts';

/** An error of a fetch, where the data has its places. */
export interface Fault {
  readonly message: string;
  readonly extensions: Readonly<Record<string, unknown>>;
  /** Under private names. The first is reported; in all of them a null needs no further explanation. */
  readonly places: readonly DataPath[];
}

/** What subgraphs may not tell clients about themselves. */
const hiddenExtensions = ['stacktrace', 'exception'];

/** @param error as a subgraph sent it: anything */
export function createFault(error: unknown, subgraph: string, places: readonly DataPath[]): Fault {
  const { message, extensions } = isData(error) ? (error as Partial<GraphQLFormattedError>) : {};
  const kept = isData(extensions)
    ? Object.fromEntries(Object.entries(extensions).filter(([key]) => !hiddenExtensions.includes(key)))
    : {};
  return {
    message: typeof message === 'string' && message !== '' ? message : `The subgraph "${subgraph}" failed`,
    extensions: {
      ...kept,
      code: typeof kept['code'] === 'string' ? kept['code'] : 'SUBGRAPH_FAILED',
      service: subgraph,
    },
    places,
  };
}

/** The errors of a subgraph's answer, whatever it is; no more than could be shown. */
export function errorsOf(result: unknown): readonly unknown[] {
  const errors = isData(result) ? result['errors'] : undefined;
  return Array.isArray(errors) ? errors.slice(0, limits.maxErrorsPerAnswer) : [];
}

/** The path of an error as a subgraph sent it; undefined when it has none that makes sense. */
export function pathOfError(error: unknown): DataPath | undefined {
  const path = isData(error) ? error['path'] : undefined;
  if (!Array.isArray(path)) return undefined;
  return path.every((key) => typeof key === 'string' || typeof key === 'number') ? path : undefined;
}
