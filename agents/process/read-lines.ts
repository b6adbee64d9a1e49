import type { Readable } from 'node:stream';

export interface LineReader {
  readonly onLine: (line: string) => void;
  readonly onTooLong?: () => void;
  readonly maxBytes?: number;
}

/**
 * Calls back for each line, without its end. A line that gets longer than `maxBytes` is told of as soon as it does, and nothing is read after it.
 * Of lines that end within one chunk nothing is copied twice.
 */
export function readLines(
  stream: Readable,
  { onLine, onTooLong = () => {}, maxBytes = Infinity }: LineReader,
): void {
  let parts: Buffer[] = [];
  let waitingBytes = 0;
  let isOver = false;
  stream.on('data', (chunk: Buffer) => {
    let start = 0;
    while (!isOver) {
      const end = chunk.indexOf(lineFeed, start);
      const stop = end === -1 ? chunk.length : end;
      if (waitingBytes + stop - start > maxBytes) {
        isOver = true;
        parts = [];
        onTooLong();
        return;
      }
      if (end === -1) break;
      const line = chunk.subarray(start, end);
      const whole = parts.length === 0 ? line : Buffer.concat([...parts, line]);
      [parts, waitingBytes, start] = [[], 0, end + 1];
      onLine(whole.toString('utf8'));
    }
    if (!isOver && start < chunk.length) {
      parts.push(chunk.subarray(start));
      waitingBytes += chunk.length - start;
    }
  });
}

const lineFeed = 0x0a;
