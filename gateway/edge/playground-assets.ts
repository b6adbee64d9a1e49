import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Asset {
  readonly contentType: string;
  readonly body: Buffer;
  /** Of the body; changes with it. */
  readonly hash: string;
}

export interface PlaygroundAssets {
  readonly page: Asset;
  /** By the name that is in the page: with the hash in it, so that a browser may keep it for good. */
  readonly byName: ReadonlyMap<string, Asset>;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const own = fileURLToPath(new URL('playground/', import.meta.url));
const require = createRequire(import.meta.url);

/** Whole files of packages that we have installed: no server of others has a part in the page. */
const sources: Readonly<Record<string, () => string>> = {
  'favicon.svg': () => join(own, 'favicon.svg'),
  'graphiql.css': () => beside(require.resolve('graphiql/package.json'), 'graphiql.min.css'),
  'graphiql.js': () => beside(require.resolve('graphiql/package.json'), 'graphiql.min.js'),
  'graphql-ws.js': () => beside(require.resolve('graphql-ws/package.json'), 'umd/graphql-ws.min.js'),
  'playground.css': () => join(own, 'playground.css'),
  'playground.js': () => fileURLToPath(new URL('playground/playground.js', import.meta.url)),
  'react-dom.js': () => beside(require.resolve('react-dom/package.json'), 'umd/react-dom.production.min.js'),
  'react.js': () => beside(require.resolve('react/package.json'), 'umd/react.production.min.js'),
};

/** Reads every file of the playground, about 4 MB. Throws when a package is not installed. */
export function loadPlaygroundAssets(): PlaygroundAssets {
  const byName = new Map<string, Asset>();
  const names = new Map<string, string>();
  const add = (name: string, body: Buffer) => {
    const asset = createAsset(name, body);
    const extension = extname(name);
    const hashed = `${name.slice(0, -extension.length)}-${asset.hash}${extension}`;
    byName.set(hashed, asset);
    names.set(name, hashed);
  };
  for (const [name, path] of Object.entries(sources)) add(name, withoutSourceMap(readFileSync(path())));
  add('tabs.json', Buffer.from(JSON.stringify(readTabs())));
  const page = readFileSync(join(own, 'index.html'), 'utf8').replace(/\{\{(.+?)\}\}/g, (_, name: string) => {
    const hashed = names.get(name);
    if (hashed === undefined) throw new Error(`Expected a file of the playground, got ${name} in its page`);
    return `/playground/${hashed}`;
  });
  return { page: createAsset('index.html', Buffer.from(page)), byName };
}

/** The ready-made operations, in the order of their file names. */
export function readTabs(): readonly { readonly query: string }[] {
  const files = readdirSync(join(own, 'tabs')).toSorted();
  return files.map((file) => ({ query: readFileSync(join(own, 'tabs', file), 'utf8') }));
}

function createAsset(name: string, body: Buffer): Asset {
  const contentType = contentTypes[extname(name)] ?? 'application/octet-stream';
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 16);
  return { contentType, body, hash };
}

function beside(file: string, path: string): string {
  return join(dirname(file), path);
}

/** The maps are not served, and a browser's tools would ask for them in vain. */
function withoutSourceMap(file: Buffer): Buffer {
  return Buffer.from(file.toString('utf8').replace(/\n?(\/\/|\/\*)# sourceMappingURL=\S+( \*\/)?\s*$/, '\n'));
}
