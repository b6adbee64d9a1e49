/** Lengths of the fields before the extensions (RFC 8446, sections 4.1.2 and 5.1). */
const recordHeader = 5;
const handshakeHeader = 4;
const versionAndRandom = 34;
const alpnExtension = 16;

/** A record's length is 16 bits, but no client's first message comes near that. */
const maxRecordBytes = 16_384 + recordHeader;

/**
 * The protocols that a TLS client offers (ALPN, RFC 7301), from the first bytes that it sends: none when it offers none, or says nothing that can be
 * read; undefined while more bytes are needed to tell.
 */
export function offeredProtocols(bytes: Buffer): readonly string[] | undefined {
  if (bytes.length < recordHeader) return undefined;
  const recordEnd = recordHeader + bytes.readUInt16BE(3);
  if (recordEnd > maxRecordBytes) return [];
  if (bytes.length < recordEnd) return undefined;
  try {
    return readProtocols(bytes.subarray(recordHeader, recordEnd));
  } catch (error) {
    // Lengths that lead out of the record: what follows them is nobody's.
    if (error instanceof RangeError) return [];
    throw error;
  }
}

function readProtocols(hello: Buffer): readonly string[] {
  let at = handshakeHeader + versionAndRandom;
  at += 1 + hello.readUInt8(at);
  at += 2 + hello.readUInt16BE(at);
  at += 1 + hello.readUInt8(at);
  const end = at + 2 + hello.readUInt16BE(at);
  at += 2;
  while (at < end) {
    const type = hello.readUInt16BE(at);
    const length = hello.readUInt16BE(at + 2);
    if (type === alpnExtension) return readNames(hello.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return [];
}

function readNames(extension: Buffer): readonly string[] {
  const names: string[] = [];
  for (let at = 2; at < extension.length;) {
    const length = extension.readUInt8(at);
    names.push(extension.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return names;
}
