import { once } from 'node:events';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';
import { connect as connectTls } from 'node:tls';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { offeredProtocols } from '../port/client-hello.ts';
import { openPort } from '../port/open-port.ts';
import { type Guest, whoComes } from '../port/who-comes.ts';
import { LINK_PROTOCOL } from '../wire/link-vocabulary.ts';

/** The first message that Node's own TLS client sends. */
async function clientHello(ALPNProtocols?: string[]): Promise<Buffer> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connectTls({ port, host: '127.0.0.1', ...(ALPNProtocols ? { ALPNProtocols } : {}) });
  client.on('error', () => undefined);
  const [socket] = (await once(server, 'connection')) as [Socket];
  const [hello] = (await once(socket, 'data')) as [Buffer];
  client.destroy();
  socket.destroy();
  server.close();
  return hello;
}

describe('whoever comes to a port', () => {
  test.each<[string, () => Promise<Buffer> | Buffer, Guest]>([
    ['HTTP', () => Buffer.from('GET / HTTP/1.1\r\n'), 'http'],
    ['HTTP that begins as SSH does', () => Buffer.from('SUBSCRIBE / HTTP/1.1'), 'http'],
    ['what is nothing at all', () => Buffer.from([0, 1, 2]), 'http'],
    ['SSH', () => Buffer.from('SSH-2.0-OpenSSH_9.2\r\n'), 'ssh'],
    ['TLS of a node', () => clientHello([LINK_PROTOCOL]), 'node'],
    ['TLS of a node that offers more', () => clientHello(['h2', LINK_PROTOCOL]), 'node'],
    ['TLS of a person', () => clientHello(['h2', 'http/1.1']), 'https'],
    ['TLS without ALPN', () => clientHello(), 'https'],
  ])('with %s is told by the first bytes, however they arrive', async (_, bytesOf, guest) => {
    const bytes = await bytesOf();
    expect(whoComes(bytes)).toBe(guest);
    for (let length = 0; length < bytes.length; length += 1) {
      const early = whoComes(bytes.subarray(0, length));
      expect([undefined, guest]).toContain(early);
    }
  });

  test('with bytes that pretend to be TLS breaks nothing', async () => {
    const hello = await clientHello([LINK_PROTOCOL]);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(offeredProtocols(Buffer.from([0x16, 3, 1, ...bytes])) ?? []).toBeInstanceOf(Array);
      }),
    );
    fc.assert(
      fc.property(fc.nat(hello.length - 1), fc.nat(255), (at, value) => {
        const changed = Buffer.from(hello);
        changed[at] = value;
        expect(offeredProtocols(changed) ?? []).toBeInstanceOf(Array);
      }),
    );
  });
});

async function open(guests: Partial<Record<Guest, (socket: Socket) => void>>) {
  const port = await openPort({ port: 0, host: '127.0.0.1', guests });
  onTestFinished(() => port.close());
  const dial = (): Socket => {
    const socket = connect(port.port, '127.0.0.1');
    socket.on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    return socket;
  };
  return { port, dial };
}

describe('a port', () => {
  test('hands a connection on with every byte, also those that told who it is', async () => {
    const { dial } = await open({ ssh: (socket) => socket.pipe(socket) });
    const socket = dial();
    socket.write('SS');
    await once(socket, 'connect');
    socket.write('H-2.0-x');
    socket.write('and more');
    let answer = '';
    while (answer.length < 17) answer += String(((await once(socket, 'data')) as [Buffer])[0]);
    expect(answer).toBe('SSH-2.0-xand more');
  });

  test('shows out a guest that nobody waits for', async () => {
    const { dial } = await open({ http: () => undefined });
    const socket = dial();
    socket.write('SSH-2.0-x\r\n');
    socket.resume();
    await once(socket, 'close');
    expect(socket.bytesRead).toBe(0);
  });

  test('closes when the last connection is gone, and cuts it when its time is up', async () => {
    const taken: Socket[] = [];
    const { port, dial } = await open({ http: (socket) => void taken.push(socket) });
    const socket = dial();
    socket.write('GET');
    const closed = once(socket, 'close');
    socket.resume();
    await once(socket, 'connect');
    await port.close(20);
    await closed;
    expect(taken).toHaveLength(1);
  });
});
