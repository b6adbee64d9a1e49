import type { Socket } from 'node:net';
import type { Connection } from 'ssh2';
import type { TunnelLimits } from './tunnel-limits.ts';

/** How late a change of keys may be: a third of a gigabyte at the fastest. */
const lookMs = 1_000;

/** Has new keys made for a connection before the old ones have encrypted too much, or for too long; ssh2 does not by itself. Ends with the socket. */
export function rekeyInTime(
  connection: Connection,
  socket: Socket,
  options: { readonly limits: TunnelLimits; readonly now: () => number },
): void {
  const { limits, now } = options;
  const bytesOf = (): number => socket.bytesRead + socket.bytesWritten;
  let bytes = bytesOf();
  let at = now();
  connection.on('rekey', () => {
    bytes = bytesOf();
    at = now();
  });
  const timer = setInterval(
    () => {
      if (bytesOf() - bytes >= limits.tunnelRekeyBytes || now() - at >= limits.tunnelRekeyMs)
        connection.rekey();
    },
    Math.min(lookMs, limits.tunnelRekeyMs),
  );
  socket.once('close', () => clearInterval(timer));
}
