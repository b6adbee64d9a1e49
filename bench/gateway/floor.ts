import { type RequestListener, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Dispatcher, Pool } from 'undici';
import { postJson } from '../../gateway/plain/post-json.ts';

type Ask = (pool: Dispatcher, path: string, body: string) => Promise<string>;

interface Row {
  readonly id: string;
  readonly name: string;
  readonly price: number;
}

interface Completion {
  readonly rating: number;
  readonly reviews: readonly unknown[];
}

const first = JSON.stringify({ query: '{ products { __typename id name price } }' });
const second = `{"query":${JSON.stringify(
  'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Product { rating reviews { author text } } } }',
)},"variables":{"representations":`;

const askByRequest: Ask = async (pool, path, body) => {
  const headers = { 'content-type': 'application/json' };
  return (await pool.request({ path, method: 'POST', headers, body })).body.text();
};

const askByDispatch: Ask = async (pool, path, body) =>
  (await postJson(pool, { path, body, maxAnswerBytes: Infinity, deadline: Infinity, signal: undefined }))
    .text;

/**
 * The least that anybody could do: a node:http handler written for this one query. It reads the body as JSON and never looks at it, asks the
 * two subgraphs and lays the rows together.
 */
export async function startFloor(
  urls: { readonly products: string; readonly reviews: string },
  way: 'request' | 'dispatch',
): Promise<string> {
  const ask = way === 'request' ? askByRequest : askByDispatch;
  const { origin } = new URL(urls.products);
  const pool = new Pool(origin, { connections: 64 });
  const paths = { products: new URL(urls.products).pathname, reviews: new URL(urls.reviews).pathname };

  const answer = async (): Promise<string> => {
    const { data } = JSON.parse(await ask(pool, paths.products, first)) as { data: { products: Row[] } };
    const representations = data.products.map(({ id }) => ({ __typename: 'Product', id }));
    const body = `${second}${JSON.stringify(representations)}}}`;
    const completed = JSON.parse(await ask(pool, paths.reviews, body)) as {
      data: { _entities: Completion[] };
    };
    const { _entities: rest } = completed.data;
    const products = data.products.map(({ id, name, price }, at) => {
      return { id, name, price, rating: rest[at]?.rating, reviews: rest[at]?.reviews };
    });
    return JSON.stringify({ data: { products } });
  };
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      JSON.parse(Buffer.concat(chunks).toString());
      void answer().then((body) => {
        response.writeHead(200, {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        });
        response.end(body);
      });
    });
  };
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}
