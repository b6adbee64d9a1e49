import type { ServerResponse } from 'node:http';
import type { ErrorCode } from '../../schema/error-codes.ts';
import { codedError } from '../../wire/coded-error.ts';
import { statusOfCode } from './http-status.ts';

/** What goes out for one request. */
export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export const jsonType = 'application/json; charset=utf-8';

/** A request that is answered with one error and goes no further. */
export class HttpRefusal extends Error {
  readonly answer: HttpAnswer;

  /** `status` when the code's own does not say enough. */
  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly status?: number; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.name = 'HttpRefusal';
    this.answer = {
      status: options.status ?? statusOfCode(code),
      contentType: jsonType,
      body: `${JSON.stringify({ errors: [codedError(code, message)] })}\n`,
      ...(options.headers ? { headers: options.headers } : {}),
    };
  }
}

/** Sends the whole answer; does nothing when the client has gone or was answered. Answers of ours are never kept by caches. */
export function sendAnswer(response: ServerResponse, answer: HttpAnswer): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(answer.status, {
    'content-type': answer.contentType,
    'content-length': Buffer.byteLength(answer.body),
    'cache-control': 'no-store',
    ...answer.headers,
  });
  response.end(answer.body);
}
