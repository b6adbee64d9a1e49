import { codedError } from '../../../wire/coded-error.ts';
import type { AgentLog } from './agent-log.ts';
import type { AgentStore } from './agent-store.ts';

/** In one statement: far below SQLite's 32,766 variables. */
const ownersAtOnce = 1_000;
/** Why they are stopped, for their owner and admins. */
const reason = 'Its owner has been disabled';

export interface DisabledOwnersOptions {
  readonly agents: AgentStore;
  readonly agentLog: AgentLog;
  /** Told of each agent that has been stopped. */
  readonly onStopped: (agent: string) => void;
}

/** People whom an admin of the network has disabled: nothing of theirs runs here. */
export class DisabledOwners {
  readonly #agents: AgentStore;
  readonly #agentLog: AgentLog;
  readonly #onStopped: (agent: string) => void;
  #usernames: ReadonlySet<string> = new Set();

  constructor(options: DisabledOwnersOptions) {
    this.#agents = options.agents;
    this.#agentLog = options.agentLog;
    this.#onStopped = options.onStopped;
  }

  /** Throws USER_DISABLED. */
  assertEnabled(owner: string): void {
    if (!this.#usernames.has(owner)) return;
    throw codedError('USER_DISABLED', `${owner} has been disabled by an admin: their agents stay stopped`);
  }

  /** From now on it is these and no others; resolves when their agents are stopped. Who is enabled again starts them by hand. */
  async replace(usernames: readonly string[]): Promise<void> {
    this.#usernames = new Set(usernames);
    for (let start = 0; start < usernames.length; start += ownersAtOnce) {
      const some = usernames.slice(start, start + ownersAtOnce);
      for (const id of await this.#agents.stopAgentsOf(some, reason)) {
        this.#onStopped(id);
        await this.#agentLog.append(id, 'warn', `Status: STOPPED: ${reason}`);
      }
    }
  }
}
