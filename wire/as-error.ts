/** What was thrown or given as a reason, as an Error; itself when it is one. */
export function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('Aborted', { cause: reason });
}
