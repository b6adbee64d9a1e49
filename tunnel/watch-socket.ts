import type { Socket } from 'node:net';
import type { TunnelLimits } from './tunnel-limits.ts';

export interface SocketWatch {
  readonly limits: TunnelLimits;
  /** Once; the caller destroys the socket. */
  readonly onFault: (reason: 'frozen' | 'clogged') => void;
}

/** A second is what the promise of a timely notice leaves. */
const maxLookMs = 1_000;
const looksPerSilence = 8;

/**
 * Looks at the socket of an SSH connection until it closes: whether bytes still come (both ends ask for signs of life) and whether those we send
 * still go. ssh2 would count answers to its own questions, which can be stuck behind megabytes, and on the server would not close the socket.
 */
export function watchSocket(socket: Socket, { limits, onFault }: SocketWatch): void {
  const silenceMs = limits.tunnelKeepaliveMs * (limits.tunnelKeepaliveCount + 1);
  const lookMs = Math.min(maxLookMs, silenceMs / looksPerSilence);
  let bytesSeen = socket.bytesRead;
  // Looks rather than time: a process that was too busy to look was too busy to read as well.
  let silentLooks = 0;
  const timer = setInterval(() => {
    silentLooks = socket.bytesRead === bytesSeen ? silentLooks + 1 : 0;
    bytesSeen = socket.bytesRead;
    const isFrozen = silentLooks * lookMs >= silenceMs;
    if (!isFrozen && socket.writableLength <= limits.maxTunnelUnsentBytes) return;
    clearInterval(timer);
    onFault(isFrozen ? 'frozen' : 'clogged');
  }, lookMs);
  socket.once('close', () => clearInterval(timer));
}
