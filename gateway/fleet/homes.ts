import { nodeOfEntity } from '../../wire/ids.ts';
import { codeOf } from '../../wire/code-of.ts';
import type { ErrorCode } from '../../schema/error-codes.ts';
import type { Directory } from './directory.ts';
import type { Via } from './directives.ts';

/** What tells who owns a row. */
export interface RowOwner {
  readonly via: Via;
  readonly key: string;
}

/** Why there is no node for a value. */
export interface Homeless {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Where the rows of one run of a fetch live. Agents are looked up together: say all that you will ask about, then `lookUp` once. */
export class Homes {
  readonly #directory: Directory;
  readonly #wanted = new Set<string>();
  readonly #found = new Map<string, string | undefined>();
  readonly #moving = new Set<string>();
  #failure: Homeless | undefined;

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  /** Why the directory could not be asked, if that is so. */
  get failure(): Homeless | undefined {
    return this.#failure;
  }

  /** Whether this has still to be looked up. */
  want({ via, key }: RowOwner): boolean {
    if (via !== 'DIRECTORY' || this.#found.has(key)) return false;
    this.#wanted.add(key);
    return true;
  }

  /** Forgets where an agent was found, for it is not there any more. */
  forget({ key }: RowOwner): void {
    this.#found.delete(key);
  }

  /** Whether it was on its way when it was looked up, and may be missing for a moment where it was found. */
  isMoving({ key }: RowOwner): boolean {
    return this.#moving.has(key);
  }

  /** Never rejects; does nothing when nothing new is wanted. */
  async lookUp(): Promise<void> {
    if (this.#wanted.size === 0) return;
    const agents = [...this.#wanted];
    this.#wanted.clear();
    try {
      const homes = await this.#directory.locate(agents);
      for (const agent of agents) {
        const home = homes.get(agent);
        this.#found.set(agent, home?.node);
        if (home?.isMoving) this.#moving.add(agent);
        else this.#moving.delete(agent);
      }
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#failure = {
        code: codeOf(error) ?? 'INITIAL_UNREACHABLE',
        message: `No directory to look in: ${message}`,
      };
    }
  }

  /** The id of the node, or why there is none. The node need not be one of the network. */
  nodeOf({ via, key }: RowOwner): string | Homeless {
    switch (via) {
      case 'NODE':
        return key;
      case 'PREFIX':
        return (
          nodeOfEntity(key) ?? {
            code: 'NODE_UNKNOWN',
            message: `Expected an id that begins with a node's, got ${key}`,
          }
        );
      case 'DIRECTORY': {
        const node = this.#found.get(key);
        if (node !== undefined) return node;
        if (!this.#found.has(key) && this.#failure) return this.#failure;
        return { code: 'AGENT_UNKNOWN', message: `Nobody has claimed the agent id ${key}` };
      }
    }
  }

  /** Whether the node may answer for that row. */
  isOwner(node: string, owner: RowOwner): boolean {
    return this.nodeOf(owner) === node;
  }
}

/** Whether a key that says itself whose it is names this node. */
export function ownsByName(node: string, via: Via, key: string): boolean {
  return via === 'DIRECTORY' || (via === 'NODE' ? key : nodeOfEntity(key)) === node;
}
