import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { HttpRoute } from './http-server.ts';
import { loadPlaygroundAssets, type Asset } from './playground-assets.ts';

const compress = promisify(gzip);

/** The one style that GraphiQL's dialogs write into the page: that what is behind them does not scroll. */
const scrollLockStyle = "'sha256-Y/huXlwoYkVyQlxwSVcCi1RCDGDCSVBzDt0hYP9qlTc='";

/** Nothing but our own files, run as they are: no inline script, no frame, no other origin. `'self'` covers ws: as well. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  `style-src 'self' ${scrollLockStyle}`,
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const securityHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/**
 * GraphiQL at `/playground`, which talks to `/graphql` on the same origin; `/` leads there. All from memory: what is asked for is a key of a
 * map and never a path. Throws when one of the page's packages is not installed.
 */
export function playgroundRoutes(): readonly HttpRoute[] {
  const { page, byName } = loadPlaygroundAssets();
  const compressed = new Map<Asset, Promise<Buffer>>();
  const send = createSender((asset) => {
    let body = compressed.get(asset);
    if (!body) compressed.set(asset, (body = compress(asset.body)));
    return body;
  });
  return [
    { path: '/', handle: (request, response) => redirect(request, response) },
    {
      path: '/playground/*',
      handle(request, response) {
        const [path = ''] = (request.url ?? '').split('?', 1);
        const name = path.slice('/playground/'.length);
        if (name === '') return send(request, response, page, 'no-cache');
        const asset = byName.get(name);
        if (asset) return send(request, response, asset, 'public, max-age=31536000, immutable');
        return refuse(response, 404, 'There is no such file in the playground.');
      },
    },
  ];
}

function createSender(gzipped: (asset: Asset) => Promise<Buffer>) {
  return async (request: IncomingMessage, response: ServerResponse, asset: Asset, cacheControl: string) => {
    if (!isRead(request)) return refuse(response, 405, 'Only GET and HEAD.', { allow: 'GET, HEAD' });
    const isZipped = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
    // Weak: the same page, whichever way it is packed.
    const etag = `W/"${asset.hash}"`;
    const headers = { ...securityHeaders, etag, 'cache-control': cacheControl, vary: 'accept-encoding' };
    if (matches(request.headers['if-none-match'], etag)) return void response.writeHead(304, headers).end();
    const body = isZipped ? await gzipped(asset) : asset.body;
    response.writeHead(200, {
      ...headers,
      'content-type': asset.contentType,
      'content-length': body.length,
      ...(isZipped && { 'content-encoding': 'gzip' }),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
}

function redirect(request: IncomingMessage, response: ServerResponse): void {
  if (!isRead(request)) return refuse(response, 405, 'Only GET and HEAD.', { allow: 'GET, HEAD' });
  // Not for good: `/` will have something else to show one day.
  response.writeHead(302, { location: '/playground', 'cache-control': 'no-cache' }).end();
}

function refuse(
  response: ServerResponse,
  status: number,
  reason: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const type = 'text/plain; charset=utf-8';
  response.writeHead(status, { ...securityHeaders, ...headers, 'content-type': type }).end(`${reason}\n`);
}

function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}

function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  const strip = (tag: string) => tag.trim().replace(/^W\//, '');
  return header.trim() === '*' || header.split(',').some((tag) => strip(tag) === strip(etag));
}
