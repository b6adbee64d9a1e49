import { type Dispatcher, request } from 'undici';

export interface GraphqlAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: {
    readonly data?: unknown;
    readonly errors?: readonly {
      readonly message: string;
      readonly path?: readonly (string | number)[];
      readonly extensions: Readonly<Record<string, unknown>>;
    }[];
    readonly extensions?: unknown;
  };
}

/** Sends anything at all over HTTP and reads the JSON of the answer. */
export async function sendHttp(
  url: string,
  options: {
    readonly method?: Dispatcher.HttpMethod;
    readonly headers?: Record<string, string>;
    readonly body?: string;
  },
): Promise<GraphqlAnswer> {
  const { method = 'POST', headers = {}, body } = options;
  const answer = await request(url, { method, headers, body: body ?? null });
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: (await answer.body.json()) as GraphqlAnswer['body'],
  };
}

/** Posts one operation as JSON. */
export function postGraphql(
  url: string,
  operation: { readonly query: string; readonly variables?: unknown; readonly operationName?: unknown },
  headers: Record<string, string> = {},
): Promise<GraphqlAnswer> {
  return sendHttp(url, {
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(operation),
  });
}
