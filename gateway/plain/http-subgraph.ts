import { Kind } from 'graphql';
import { type Dispatcher, Pool } from 'undici';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { RequestContext } from '../execute/request-context.ts';
import type { Fetch, PreparedFetch, Subgraph, SubgraphResult } from '../execute/subgraph.ts';
import { type PostAnswer, PostError, type PostRequest, postJson } from './post-json.ts';
import { failure, readAnswer } from './read-answer.ts';
import { createUpstream } from './websocket-upstream.ts';

export interface HttpSubgraphOptions {
  readonly name: string;
  /** Takes queries and mutations by POST; subscriptions over graphql-ws at the same place with ws:// for http://. */
  readonly url: string;
  /** Made and closed here when absent; one that is passed in stays its owner's to close. */
  readonly pool?: Pool;
}

/** A subgraph on some server, spoken to over HTTP and graphql-ws. Nothing is opened before it is asked. */
export interface HttpSubgraph extends Subgraph {
  /** Ends streams and requests that are under way. Idempotent. */
  close(): Promise<void>;
}

export function createHttpSubgraph(options: HttpSubgraphOptions): HttpSubgraph {
  const { name, url } = options;
  const { origin, pathname, search } = new URL(url);
  const pool = options.pool ?? new Pool(origin, { connections: limits.maxConnectionsPerSubgraph });
  const upstream = createUpstream({ name, url });
  const target = { pool, path: pathname + search, name };

  return {
    name,
    prepare: (fetch): PreparedFetch => {
      const names = variablesOf(fetch);
      const opening = `{"query":${JSON.stringify(fetch.text)},"variables":`;
      return {
        stream: 'plain',
        execute: (variables, context) => {
          const body = `${opening}${JSON.stringify(pick(variables, names))}}`;
          return ask(target, { body, isRepeatable: fetch.kind === 'query' }, context);
        },
        subscribe: (variables, context) =>
          upstream.subscribe({ query: fetch.text, variables: pick(variables, names) }, context.signal),
      };
    },
    close: async () => {
      upstream.close();
      if (!options.pool) await pool.destroy();
    },
  };
}

interface Target {
  readonly name: string;
  readonly pool: Dispatcher;
  readonly path: string;
}

interface Question {
  readonly body: string;
  readonly isRepeatable: boolean;
}

async function ask(target: Target, question: Question, context: RequestContext): Promise<SubgraphResult> {
  const { name, pool, path } = target;
  const request: PostRequest = {
    path,
    body: question.body,
    maxAnswerBytes: limits.maxNodeAnswerBytes,
    deadline: context.deadline,
    signal: context.signal,
  };
  try {
    return readBody(name, await postJson(pool, request));
  } catch (error) {
    // A kept connection that the other side closed meanwhile, as when it was restarted. Only what changes nothing is sent again.
    if (!question.isRepeatable || !(error instanceof PostError) || error.kind !== 'lost') {
      return explain(name, error);
    }
  }
  try {
    return readBody(name, await postJson(pool, request));
  } catch (error) {
    return explain(name, error);
  }
}

function readBody(name: string, answer: PostAnswer): SubgraphResult {
  let body: unknown;
  try {
    body = JSON.parse(answer.text);
  } catch {
    return failure(
      name,
      `Expected JSON of ${name}, got ${answer.text.length} characters that are none (HTTP ${answer.status})`,
    );
  }
  return readAnswer(name, body);
}

function explain(name: string, error: unknown): SubgraphResult {
  if (!(error instanceof PostError)) return failure(name, `${name} could not be asked`);
  switch (error.kind) {
    case 'timeout':
    case 'aborted': {
      const late = codedError('DEADLINE_EXCEEDED', `${name} did not answer in time`, { service: name });
      return { errors: [late.toJSON()] };
    }
    case 'refused':
    case 'lost':
    case 'cut':
      return failure(name, `The connection to ${name} failed`);
    case 'too-large':
      return failure(name, `${name} answered with more than ${limits.maxNodeAnswerBytes} bytes`);
  }
}

function variablesOf(fetch: Fetch): readonly string[] {
  const operation = fetch.document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  return (operation?.variableDefinitions ?? []).map((definition) => definition.variable.name.value);
}

/** Only what the fetch declares: the rest of the client's variables is none of this subgraph's business. */
function pick(
  variables: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Readonly<Record<string, unknown>> {
  const picked: Record<string, unknown> = {};
  for (const name of names) picked[name] = variables[name];
  return picked;
}
