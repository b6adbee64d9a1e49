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
    const tooLarge = () => {
      request.off('data', onData).resume();
      reject(new HttpRefusal('OPERATION_TOO_LARGE', `Expected a body of at most ${maxBytes} bytes`));
    };
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) tooLarge();
      else chunks.push(chunk);
    };
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) return tooLarge();
    request.on('data', onData);
    request.on('end', () => {
      const [first] = chunks;
      resolve((chunks.length === 1 && first ? first : Buffer.concat(chunks)).toString());
    });
    const broken = () => reject(new HttpRefusal('BAD_REQUEST', 'The request broke off'));
    request.on('error', broken);
    request.on('close', broken);
  });
}
