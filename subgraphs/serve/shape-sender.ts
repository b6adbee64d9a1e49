import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';

const messagesPerTurn = 64;

/**
 * Sends messages of any number of streams on one socket; what is ready in one turn goes out in one write. What it returns resolves at once as long as the
 * operating system keeps up, and else when it has taken the message, so that a stream is not read much faster than its reader takes it; and now and
 * then only after everybody else had a turn, since a source that always has more would never let the process see the peer's `complete`.
 */
export function createShapeSender(socket: WebSocket, stream: Duplex): (text: string) => Promise<void> {
  let sent = 0;
  let isCorked = false;
  const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()));
  const uncork = (): void => {
    isCorked = false;
    stream.uncork();
  };
  return (text) =>
    new Promise((resolve) => {
      // The streams are stopped when it is closed; until then they have to wait as well.
      if (socket.readyState !== socket.OPEN) return resolve(closed);
      if (!isCorked) {
        isCorked = true;
        stream.cork();
        // After all that is ready has been sent: what follows from promises comes before.
        process.nextTick(uncork);
      }
      sent += 1;
      const isTurnOver = sent % messagesPerTurn === 0;
      const taken = isTurnOver ? () => void setImmediate(resolve) : () => resolve();
      // A send that fails is followed by the socket's own close.
      socket.send(withinLimit(text), taken);
      if (!isTurnOver && socket.bufferedAmount < limits.linkBacklogBytes) resolve();
    });
}

/** A message that the far end would not take (it would have to drop the connection) becomes an error of its operation. */
function withinLimit(text: string): string {
  const limit = limits.maxNodeAnswerBytes;
  if (text.length * 3 <= limit || Buffer.byteLength(text) <= limit) return text;
  const { id, type } = JSON.parse(text) as { id?: string; type: string };
  const error = codedError('NODE_ANSWER_TOO_LARGE', `Expected an answer of at most ${limit} bytes`);
  return JSON.stringify({ id, type, payload: { errors: [error.toJSON()] } });
}
