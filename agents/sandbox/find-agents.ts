import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { isName } from '../../wire/ids.ts';
import { entryIn } from '../bundle/entry-in.ts';

/** A program on disk. */
export interface AgentSource {
  /** What the agent is called. */
  readonly name: string;
  /** The file with its handlers. */
  readonly entry: string;
}

const extensions = ['.ts', '.js', '.mjs'];

/**
 * The agents of a folder: itself when its handlers are in it (`entryIn`), else each file and each folder with such a file in it. Or of one file.
 * Throws when there is nothing, with what was expected.
 */
export function findAgents(path: string): readonly AgentSource[] {
  const place = resolve(path);
  if (!existsSync(place))
    throw new Error(`Expected a folder or a file with an agent, and there is no ${place}`);
  if (statSync(place).isFile()) return [named(basename(place, extname(place)), place)];
  const own = entryIn(place);
  if (own) return [named(basename(place), own)];
  const found = readdirSync(place, { withFileTypes: true }).flatMap((item) => {
    const inside = join(place, item.name);
    if (item.name.startsWith('.') || item.name === 'node_modules') return [];
    if (item.isDirectory()) {
      const entry = entryIn(inside);
      return entry ? [named(item.name, entry)] : [];
    }
    const isProgram = extensions.includes(extname(item.name)) && !item.name.endsWith('.d.ts');
    return isProgram ? [named(basename(item.name, extname(item.name)), inside)] : [];
  });
  if (found.length > 0) return found;
  throw new Error(`Expected an agent in ${place}: an agent.ts, or a file NAME.ts for each agent`);
}

function named(name: string, entry: string): AgentSource {
  if (isName(name)) return { name, entry };
  throw new Error(
    `Expected the name of an agent to be of a-z, 0-9, ".", "_" and "-", got ${JSON.stringify(name)} (${entry})`,
  );
}
