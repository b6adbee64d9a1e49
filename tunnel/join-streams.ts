import { type Duplex, pipeline } from 'node:stream';

/** Gives each what the other sends, until both have ended; when one fails, the other is destroyed. */
export function joinStreams(one: Duplex, other: Duplex): void {
  one.allowHalfOpen = true;
  other.allowHalfOpen = true;
  const ignore = (): void => undefined;
  pipeline(one, other, ignore);
  pipeline(other, one, ignore);
}
