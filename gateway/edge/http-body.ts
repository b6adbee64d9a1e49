import type { IncomingMessage } from 'node:http';
import { HttpRefusal } from './http-answer.ts';

/**
 * Reads a request's body as text. Rejects with OPERATION_TOO_LARGE as soon as it is known to be larger than that; the rest is then read and
 * dropped, so that the client can read its answer. Rejects also when the client breaks off.
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      // What comes after is dropped.
      if (bytes > maxBytes) reject(tooLarge(maxBytes));
      else chunks.push(chunk);
    });
    request.on('end', () => {
      const [first] = chunks;
      resolve((chunks.length === 1 && first ? first : Buffer.concat(chunks)).toString());
    });
    request.on('close', () => {
      if (!request.complete) reject(new HttpRefusal('BAD_REQUEST', 'The request broke off'));
    });
    // Said by close as well.
    request.on('error', ignore);
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) reject(tooLarge(maxBytes));
  });
}

function tooLarge(maxBytes: number): HttpRefusal {
  return new HttpRefusal('OPERATION_TOO_LARGE', `Expected a body of at most ${maxBytes} bytes`);
}

function ignore(): void {}
