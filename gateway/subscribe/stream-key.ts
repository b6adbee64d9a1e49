import type { Viewer } from '../../wire/viewer.ts';

/** The same text for the same variables (whatever the order of their keys) and the same person in the same role. */
export function streamKey(variables: Readonly<Record<string, unknown>>, viewer: Viewer | undefined): string {
  return JSON.stringify([viewer ? [viewer.username, viewer.role] : null, variables], sortKeys);
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
