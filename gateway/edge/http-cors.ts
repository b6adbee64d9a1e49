import type { IncomingMessage, ServerResponse } from 'node:http';

export interface CorsOptions {
  /** Sites whose pages may use this server, as `https://play.example`; `*` for all. */
  readonly origins: readonly string[];
}

/**
 * Lets the browser show answers to pages of other sites. Tokens travel in a header that such a page sets itself, so no cookies are admitted.
 * Answers preflight requests itself and then returns true.
 */
export function applyCors(options: CorsOptions, request: IncomingMessage, response: ServerResponse): boolean {
  const { origin } = request.headers;
  const isOpenToAll = options.origins.includes('*');
  if (!isOpenToAll) response.setHeader('vary', 'Origin');
  if (origin && (isOpenToAll || options.origins.includes(origin))) {
    response.setHeader('access-control-allow-origin', isOpenToAll ? '*' : origin);
    response.setHeader('access-control-expose-headers', 'retry-after');
  }
  if (request.method !== 'OPTIONS' || !request.headers['access-control-request-method']) return false;
  response.setHeader('access-control-allow-methods', 'GET, POST');
  response.setHeader(
    'access-control-allow-headers',
    'content-type, authorization, x-deadline-ms, apollo-require-preflight, x-apollo-operation-name',
  );
  response.setHeader('access-control-max-age', '86400');
  response.writeHead(204).end();
  return true;
}
