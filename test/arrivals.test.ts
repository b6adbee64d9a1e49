import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { expect, onTestFinished, describe, test } from 'vitest';
import { WebSocket } from 'ws';
import { peerTls, secure } from '../identity/peer-tls.ts';
import { createNodeDoor } from '../port/node-door.ts';
import { openPort, type PortOptions } from '../port/open-port.ts';
import { openShapeSocket } from '../subgraphs/serve/open-shape-socket.ts';
import { type ArrivalsOptions, createArrivals } from '../wire/arrivals.ts';
import { dialTcp } from '../wire/dial.ts';
import { createLinkShape } from './support/link-shape.ts';
import { listenForUpgrades } from './support/link-node.ts';
import { newIdentity, nodeIdentity } from './support/node-keys.ts';

const patient = { max: 100, maxPerPlace: 100, timeoutMs: 60_000 };

async function open(options: Pick<PortOptions, 'guests' | 'arrivals'>) {
  const port = await openPort({ port: 0, host: '127.0.0.1', ...options });
  onTestFinished(() => port.close());
  return port.port;
}

function dial(port: number): Socket & { readonly whenClosed: Promise<unknown> } {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.resume();
  onTestFinished(() => void socket.destroy());
  return Object.assign(socket, { whenClosed: once(socket, 'close') });
}

/** What is written here goes to the socket; what comes back from there goes nowhere. */
function firstMessageTo(socket: Socket): Duplex {
  return new Duplex({
    read: () => undefined,
    write: (chunk, encoding, done) => void socket.write(chunk, encoding, () => done()),
  });
}

describe('whoever has not said who it is', () => {
  test('is shown out when it takes too long, and not when it has said it', async () => {
    const arrivals = createArrivals({ ...patient, timeoutMs: 5 });
    const ended: string[] = [];
    const leave = arrivals.enter('here', () => void ended.push('one'));
    leave();
    leave();
    await new Promise<void>((resolve) => {
      arrivals.enter('here', () => {
        ended.push('two');
        resolve();
      });
    });
    expect(ended).toEqual(['two']);
  });

  test('makes room when there are too many: the oldest of its place, else the oldest of all', () => {
    const arrivals = createArrivals({ ...patient, max: 3, maxPerPlace: 2 });
    const ended: string[] = [];
    const come = (name: string) => arrivals.enter(name.slice(0, 1), () => void ended.push(name));
    come('a1');
    come('b1');
    const leave = come('b2');
    expect(ended).toEqual([]);
    come('b3');
    expect(ended).toEqual(['b1']);
    come('c1');
    expect(ended).toEqual(['b1', 'a1']);
    leave();
    leave();
    come('d1');
    expect(ended).toEqual(['b1', 'a1']);
    come('e1');
    expect(ended).toEqual(['b1', 'a1', 'b3']);
  });
});

describe('a port', () => {
  test('shows out the oldest that says nothing when too many do, and nobody whom it knows', async () => {
    const port = await open({
      guests: { http: (socket) => socket.pipe(socket) },
      arrivals: { ...patient, maxPerPlace: 2 },
    });
    const talker = dial(port);
    talker.write('GET');
    await once(talker, 'data');
    const [first, second] = [dial(port), dial(port)];
    await Promise.all([once(first, 'connect'), once(second, 'connect')]);
    dial(port);
    await Promise.race([first.whenClosed, second.whenClosed]);
    talker.write('more');
    expect(String((await once(talker, 'data'))[0])).toBe('more');
  });

  test('shows out whoever stops in the middle of its first message', async () => {
    const port = await open({ guests: {}, arrivals: { ...patient, timeoutMs: 20 } });
    const socket = dial(port);
    socket.write(Buffer.from([0x16, 3, 1, 2, 0, 1]));
    await socket.whenClosed;
    expect(socket.bytesRead).toBe(0);
  });
});

describe('the door for nodes', () => {
  async function openDoor(options: Partial<ArrivalsOptions>) {
    const { certificate } = await nodeIdentity;
    const door = createNodeDoor(
      certificate,
      [
        {
          path: '/here',
          handleUpgrade: (_, socket) => {
            socket.on('error', () => undefined);
            socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
            socket.pipe(socket);
          },
        },
      ],
      { ...patient, ...options },
    );
    onTestFinished(() => door.close());
    return open({ guests: { node: (socket) => door.accept(socket) } });
  }
  const upgrade = 'GET /here HTTP/1.1\r\nHost: node\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

  test('shows out whoever has shaken hands and wants nothing, and keeps whoever is served', async () => {
    const port = await openDoor({ timeoutMs: 500 });
    const { certificate } = await newIdentity();
    const connectSecurely = async () =>
      secure(await dialTcp({ host: '127.0.0.1', port }, 3_000), {
        certificate,
        accepts: () => true,
        timeoutMs: 3_000,
      });
    const served = await connectSecurely();
    onTestFinished(() => void served.destroy());
    served.write(upgrade);
    expect(String((await once(served, 'data'))[0])).toContain('101');
    const idle = await connectSecurely();
    idle.resume();
    await once(idle, 'close');
    const slow = await connectSecurely();
    slow.write(upgrade.slice(0, 20));
    slow.resume();
    await once(slow, 'close');
    served.write('still here');
    expect(String((await once(served, 'data'))[0])).toBe('still here');
  });

  test('shows out the oldest that stops in its handshake when too many do', async () => {
    const port = await openDoor({ maxPerPlace: 2 });
    const { certificate } = await nodeIdentity;
    // Says its first message, and hears nothing of the answer.
    const stall = (): Promise<unknown> => {
      const socket = dial(port);
      const tls = connectTls({ ...peerTls(certificate), servername: '', socket: firstMessageTo(socket) });
      tls.on('error', () => undefined);
      return socket.whenClosed;
    };
    const stalled = [stall(), stall(), stall(), stall()];
    await Promise.race(stalled);
    expect(stalled).toHaveLength(4);
  });
});

describe('a WebSocket server that is full', () => {
  test('lets the next one in instead of the oldest that has not been let in, and else nobody', async () => {
    const { shape } = createLinkShape();
    const server = openShapeSocket({
      accept: () => ({ route: () => ({ shape }) }),
      maxConnections: 2,
    });
    const { url } = await listenForUpgrades(server, '/here');
    const come = async (): Promise<WebSocket> => {
      const socket = new WebSocket(url, 'graphql-transport-ws');
      onTestFinished(() => socket.terminate());
      await once(socket, 'open');
      return socket;
    };
    const letIn = async (socket: WebSocket): Promise<void> => {
      socket.send('{"type":"connection_init"}');
      await once(socket, 'message');
    };
    const member = await come();
    await letIn(member);
    const silent = await come();
    const closed = once(silent, 'close');
    const next = await come();
    await closed;
    await letIn(next);
    await expect(come()).rejects.toThrow('503');
    expect([member.readyState, next.readyState]).toEqual([WebSocket.OPEN, WebSocket.OPEN]);
  });
});
