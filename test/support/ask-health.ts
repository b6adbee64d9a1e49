import { Agent, get } from 'node:http';

/**
 * A process of its own that asks for a node's health over HTTP all the while, as a load balancer would: from one message to the next. The second is
 * answered by how long each answer took, in ms; three at least.
 */
const url = `${process.argv[2]}/health`;
const agent = new Agent({ keepAlive: true });
const pauseMs = 5;
const fewest = 3;

let tookMs: number[] = [];
let isAsking = false;

process.on('message', () => {
  if (isAsking) isAsking = false;
  else void askOnAndOn();
});
process.on('disconnect', () => process.exit(0));
// What the first one costs, of the connection and the compiler, is not the node's.
await ask();
process.send?.([]);

async function askOnAndOn(): Promise<void> {
  isAsking = true;
  tookMs = [];
  while (isAsking || tookMs.length < fewest) {
    const start = performance.now();
    await ask();
    tookMs.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  process.send?.(tookMs);
}

function ask(): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`Expected 200, got ${response.statusCode}`));
      response.resume().once('end', resolve);
    }).once('error', reject);
  });
}
