import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { ErrorCode } from '../../schema/error-codes.ts';
import { limits } from '../../schema/limits.ts';

/** A request that is answered with this status and goes no further. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly status: number;
  readonly code: ErrorCode;

  constructor(status: number, code: ErrorCode, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface HttpOperation {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
}

const operation = z.object({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
});

/** The operation in a POST (https://graphql.github.io/graphql-over-http). Rejects with an `HttpProblem`. */
export async function readOperation(request: IncomingMessage): Promise<HttpOperation> {
  if (request.method !== 'POST') throw new HttpProblem(405, 'BAD_REQUEST', 'Expected a POST');
  // A type that a form of another site cannot send without asking first.
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new HttpProblem(415, 'BAD_REQUEST', 'Expected the content type application/json');
  }
  const parsed = operation.safeParse(parseJson(await readBody(request)));
  if (!parsed.success) throw new HttpProblem(400, 'BAD_REQUEST', z.prettifyError(parsed.error));
  const { query, operationName, variables } = parsed.data;
  return { query, operationName: operationName ?? undefined, variables: variables ?? undefined };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Not destroyed when it is too large: the client is to read why.
  const stream: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > limits.maxRequestBytes) {
      throw new HttpProblem(
        413,
        'OPERATION_TOO_LARGE',
        `Expected a body of at most ${limits.maxRequestBytes} bytes`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpProblem(400, 'BAD_REQUEST', 'Expected a body of JSON');
  }
}
