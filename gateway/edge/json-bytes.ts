/** How large a value is as JSON, in UTF-8; Infinity for one that is nested too deeply to be printed, though it could be parsed. */
export function jsonBytes(value: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(value));
  } catch (error) {
    if (error instanceof RangeError) return Infinity;
    throw error;
  }
}
