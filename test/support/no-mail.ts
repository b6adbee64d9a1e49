import type { WorldDatabase } from '../../subgraphs/world/database.ts';
import type { AgentMail } from '../../subgraphs/world/running/agent-mail.ts';

/** The mail of agents that get none and send none. */
export function noMail(db: WorldDatabase): AgentMail {
  return {
    take: async () => [],
    onMail: () => () => undefined,
    deleteInbox: async () => undefined,
    transaction: (work) =>
      db.transaction().execute((transaction) =>
        work(transaction, {
          acknowledge: async () => undefined,
          enqueue: () => Promise.reject(new Error('Expected nothing to be sent')),
        }),
      ),
  };
}
