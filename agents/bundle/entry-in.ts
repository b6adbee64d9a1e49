import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What the file with an agent's handlers may be called in its folder; the first that is there counts. */
export const entryNames = ['agent.ts', 'agent.js', 'index.ts', 'index.js'] as const;

/** The file with the handlers of the agent whose folder this is; undefined when it is none's. */
export function entryIn(folder: string): string | undefined {
  return entryNames.map((name) => join(folder, name)).find((file) => existsSync(file));
}
