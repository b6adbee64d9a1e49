import { limits } from '../../schema/limits.ts';
import type { Courier } from './courier.ts';
import type { TrafficDatabase } from './database.ts';
import type { DeadLetters } from './dead-letters.ts';
import { copyMailbox, exportRest } from './export-mailbox.ts';
import type { FrozenAgents } from './frozen-agents.ts';
import type { Home } from './home.ts';
import { type Arrival, deleteMailbox, deleteOutbox, installRest, stageCopy } from './import-mailbox.ts';
import type { Inboxes } from './inbox.ts';
import type { MailboxCopy, MailboxMarks, MailboxRest } from './mailbox-snapshot.ts';
import type { Sender } from './sender.ts';

/** What is in a transaction of the caller's. */
interface Moved {
  /** To be called once the transaction is on the disk. */
  committed(): void;
}

/** How what an agent has been sent, and sends, gets from node to node with it. */
export interface MovingMailboxes {
  /** What comes in ever greater numbers, as it is now, and not in an earlier copy; the agent goes on meanwhile. */
  copyMailbox(
    agent: string,
    since?: MailboxMarks,
  ): Promise<{ readonly copy: MailboxCopy; readonly marks: MailboxMarks }>;
  /**
   * From now on nothing is accepted for the agent and nothing of it is sent: AGENT_MOVING. Resolves when what was under way is on the disk. For one
   * that is frozen it changes nothing.
   */
  freeze(agent: string): Promise<void>;
  /** What else there is of an agent that is frozen. */
  exportRest(agent: string, marks: MailboxMarks): Promise<MailboxRest>;
  /** It lives here after all, or here now. */
  unfreeze(agent: string): void;
  /** Takes the copy of an agent that may come to live here. Of the first one again is fine; what there was of the agent goes. */
  stageCopy(copy: MailboxCopy, options: { readonly isFirst: boolean }): Promise<void>;
  /** The agent lives here, at this epoch: in the transaction that stores the agent. */
  install(transaction: TrafficDatabase, arrival: Arrival): Promise<Moved>;
  /** The agent does not live here, or not any more. Those who follow its mailbox are sent away. */
  removeMailbox(transaction: TrafficDatabase, agent: string): Promise<Moved>;
  /** The agent may be found elsewhere than before, or again: what waits for it is tried at once. Undefined: everybody may. */
  homeChanged(agent: string | undefined): void;
}

export interface MovingMailboxesOptions {
  readonly db: TrafficDatabase;
  readonly home: Pick<Home, 'settled'>;
  readonly sender: Pick<Sender, 'settled'>;
  readonly courier: Pick<Courier, 'added' | 'removed' | 'noteDetour' | 'homeChanged'>;
  readonly frozen: FrozenAgents;
  readonly inboxes: Pick<Inboxes, 'depart'>;
  readonly deadLetters: Pick<DeadLetters, 'depart'>;
}

export function createMovingMailboxes(options: MovingMailboxesOptions): MovingMailboxes {
  const { db, home, sender, courier, frozen, inboxes, deadLetters } = options;
  const inTransaction = <T>(work: (transaction: TrafficDatabase) => Promise<T>): Promise<T> =>
    db.transaction().execute(work);

  return {
    copyMailbox: (agent, since) => inTransaction((transaction) => copyMailbox(transaction, agent, since)),
    freeze: async (agent) => {
      const settled = frozen.freeze(agent, limits.moveSettleMs);
      await Promise.all([settled, home.settled(), sender.settled()]);
    },
    exportRest: (agent, marks) => {
      const mayHaveArrived = frozen.isCarried(agent);
      return inTransaction((transaction) => exportRest(transaction, agent, { marks, mayHaveArrived }));
    },
    unfreeze: (agent) => {
      frozen.unfreeze(agent);
      courier.homeChanged(undefined);
    },
    stageCopy: (copy, options) => stageCopy(inTransaction, copy, options),
    install: async (transaction, arrival) => {
      // Of an earlier stay, which has not been cleared away yet: it is in the arrival, as far as it was not sent.
      const stale = await deleteOutbox(transaction, arrival.rest.agent);
      const queued = await installRest(transaction, arrival);
      return {
        committed: () => {
          courier.removed(stale);
          for (const to of arrival.rest.detours) courier.noteDetour(to);
          for (const { inbox, bytes } of queued) courier.added(inbox, bytes);
        },
      };
    },
    removeMailbox: async (transaction, agent) => {
      const removed = await deleteOutbox(transaction, agent);
      await deleteMailbox(transaction, agent);
      return {
        committed: () => {
          courier.removed(removed);
          inboxes.depart(agent);
          deadLetters.depart(agent);
        },
      };
    },
    homeChanged: (agent) => {
      frozen.homeChanged(agent);
      courier.homeChanged(agent);
    },
  };
}
