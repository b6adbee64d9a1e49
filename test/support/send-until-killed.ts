import { openTraffic } from './traffic-on-disk.ts';

/** A process that sends messages, sixteen at a time, and prints the id of each that is acknowledged, until it is killed. */
const [, , file = ''] = process.argv;
const { traffic } = await openTraffic(file);
const query = `mutation ($id: ID!) {
  sendMessage(input: { to: "ada/guard", id: $id, body: { id: $id } }) { sequence }
}`;
let next = 0;

async function sendForEver(): Promise<never> {
  for (;;) {
    const id = `message-${next++}`;
    const viewer = { username: 'bob', role: 'PLAYER' } as const;
    const { errors } = await traffic.shape.execute({ query, variables: { id }, viewer });
    process.stdout.write(errors ? `${JSON.stringify(errors)}\n` : `${id}\n`);
  }
}
await Promise.all(Array.from({ length: 16 }, sendForEver));
