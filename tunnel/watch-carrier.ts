import type { Socket } from 'node:net';
import type { TunnelLimits } from './tunnel-limits.ts';

export interface CarrierWatch {
  readonly limits: TunnelLimits;
  readonly now: () => number;
  /** Once; the caller destroys the socket. */
  readonly onFault: (reason: 'frozen' | 'clogged') => void;
}

/** A second is what the promise of a timely notice leaves. */
const maxLookMs = 1_000;

/**
 * Looks at the socket of an SSH connection until it closes: whether bytes still come (both ends ask for signs of life) and whether those we send
 * still go. ssh2 would count answers to its own questions, which can be stuck behind megabytes, and on the server would not close the socket.
 */
export function watchCarrier(socket: Socket, { limits, now, onFault }: CarrierWatch): void {
  const silenceMs = limits.tunnelKeepaliveMs * (limits.tunnelKeepaliveCount + 1);
  let bytesSeen = socket.bytesRead;
  let seenAt = now();
  const timer = setInterval(
    () => {
      if (socket.bytesRead !== bytesSeen) {
        bytesSeen = socket.bytesRead;
        seenAt = now();
      }
      const isFrozen = now() - seenAt >= silenceMs;
      if (!isFrozen && socket.writableLength <= limits.maxTunnelUnsentBytes) return;
      clearInterval(timer);
      onFault(isFrozen ? 'frozen' : 'clogged');
    },
    Math.min(maxLookMs, silenceMs / 8),
  );
  socket.once('close', () => clearInterval(timer));
}
