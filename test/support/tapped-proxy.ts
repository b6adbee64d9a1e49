import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { onTestFinished } from 'vitest';

export interface TappedProxy {
  readonly port: number;
  leadTo(port: number): void;
  /** Every byte so far, from whoever dialled and from whoever was dialled. */
  sent(): Buffer;
  received(): Buffer;
}

/** Carries TCP connections, and keeps what they carry. */
export async function startTappedProxy(): Promise<TappedProxy> {
  let target = 0;
  const sent: Buffer[] = [];
  const received: Buffer[] = [];
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    near.on('data', (chunk: Buffer) => void sent.push(chunk));
    far.on('data', (chunk: Buffer) => void received.push(chunk));
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) {
      socket.on('error', () => undefined);
      onTestFinished(() => void socket.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return {
    port: (server.address() as AddressInfo).port,
    leadTo(port) {
      target = port;
    },
    sent: () => Buffer.concat(sent),
    received: () => Buffer.concat(received),
  };
}
