import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { limits } from '../../schema/limits.ts';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** JSON as ASCII, which may be cut anywhere. */
export async function packCheckpoint(json: string): Promise<string> {
  return (await pack(json, { level: 1 })).toString('base64');
}

/** The JSON that `packCheckpoint` has packed; older versions have not. Rejects for anything else, and for more than `limits.maxCheckpointBytes`. */
export async function unpackCheckpoint(data: string): Promise<string> {
  if (data.startsWith('{')) return data;
  const bytes = await unpack(Buffer.from(data, 'base64'), { maxOutputLength: limits.maxCheckpointBytes });
  return bytes.toString('utf8');
}
