import { Pool } from 'undici';
import { query } from './catalog.ts';

/** What the parent asks of the process that makes the load. */
export interface LoadOrder {
  readonly url: string;
  readonly requests: number;
  readonly connections: number;
}

export interface LoadReport {
  readonly requestsPerSecond: number;
  /** The last answer. */
  readonly answer: unknown;
}

const body = JSON.stringify({ query });

async function load({ url, requests, connections }: LoadOrder): Promise<LoadReport> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections });
  let left = requests;
  let text = '';
  const client = async () => {
    while (left > 0) {
      left -= 1;
      const answer = await pool.request({
        path: pathname,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      text = await answer.body.text();
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: connections }, client));
  const seconds = (performance.now() - start) / 1_000;
  await pool.close();
  return { requestsPerSecond: requests / seconds, answer: JSON.parse(text) as unknown };
}

process.on('message', (order: LoadOrder) => {
  void load(order).then((report) => process.send?.(report));
});
