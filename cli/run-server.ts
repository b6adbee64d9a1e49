import { once } from 'node:events';

export interface RunningServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Runs a server until Ctrl-C, SIGTERM, or the end of the process that started it. A second signal ends it at once.
 * A parent with an IPC channel is told `{ready: url}`.
 */
export async function runServer<Server extends RunningServer>(
  start: () => Promise<Server>,
  announce: (server: Server) => string,
): Promise<void> {
  const stopped = stopRequest();
  const server = await Promise.race([start(), stopped.then(() => undefined)]);
  // Told to stop while it was still starting: all that it holds ends with the process.
  if (!server) process.exit(130);
  process.stdout.write(`${announce(server)}\n`);
  process.send?.({ ready: server.url });
  await stopped;
  await server.close();
  process.disconnect?.();
}

function stopRequest(): Promise<unknown> {
  const reasons = [once(process, 'SIGINT'), once(process, 'SIGTERM')];
  if (process.connected) reasons.push(once(process, 'disconnect'));
  // Whoever started it has gone before this was reached.
  else if (process.connected === false) return Promise.resolve();
  return Promise.race(reasons).then(() => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  });
}
