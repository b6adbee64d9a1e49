import type { Traffic } from '../subgraphs/traffic/traffic.ts';
import type { AgentMail } from '../subgraphs/world/running/agent-mail.ts';
import type { NodeDatabase } from './open-tables.ts';

/** The mail of a node's agents for those who run them: what an agent does with it shares a transaction with what it remembers. */
export function createAgentMail(db: NodeDatabase, traffic: Traffic): AgentMail {
  return {
    take: (agent, limit) => traffic.take(agent, limit),
    onMail: (listener) => traffic.onMail(listener),
    deleteInbox: (agent) => traffic.deleteInbox(agent),
    transaction: (work) =>
      db.transaction().execute((transaction) => {
        const tables: NodeDatabase = transaction;
        return work(tables, {
          acknowledge: (agent, upTo) => traffic.acknowledge(tables, agent, upTo),
          enqueue: (from, letters) => traffic.enqueue(tables, from, letters),
        });
      }),
  };
}
