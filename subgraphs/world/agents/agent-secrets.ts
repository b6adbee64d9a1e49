import { limits } from '../../../schema/limits.ts';
import { codedError } from '../../../wire/coded-error.ts';
import { batchByKey } from '../../serve/batch-by-key.ts';
import type { WorldDatabase, WorldTransaction } from '../database.ts';
import { agentMoving } from './agent-moving.ts';

const namePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What programs may read and nobody else: values go to the agent's process and nowhere else. */
export class AgentSecrets {
  readonly #db: WorldDatabase;
  /** In the order of the alphabet; asked for together, they are read together. */
  readonly names: (agent: string) => Promise<readonly string[]>;

  constructor(db: WorldDatabase) {
    this.#db = db;
    const read = batchByKey((agents) => this.#readNames(agents));
    this.names = async (agent) => (await read(agent)) ?? [];
  }

  /** BAD_USER_INPUT for a name or a value that cannot be, QUOTA_EXCEEDED, AGENT_MOVING while it moves. */
  async set(agent: string, name: string, value: string): Promise<void> {
    if (!namePattern.test(name) || name.length > limits.maxSecretNameLength) {
      throw codedError(
        'BAD_USER_INPUT',
        `Expected a name of 1 to ${limits.maxSecretNameLength} letters, digits and "_", got ${JSON.stringify(name.slice(0, 80))}`,
      );
    }
    if (value.length > limits.maxSecretLength) {
      throw codedError(
        'BAD_USER_INPUT',
        `Expected a value of at most ${limits.maxSecretLength} characters, got ${value.length}`,
      );
    }
    await this.#change(agent, async (transaction) => {
      const { others } = await transaction
        .selectFrom('agent_secrets')
        .select((eb) => eb.fn.countAll<number>().as('others'))
        .where('agent_id', '=', agent)
        .where('name', '!=', name)
        .executeTakeFirstOrThrow();
      if (others >= limits.maxAgentSecrets) {
        throw codedError('QUOTA_EXCEEDED', `${agent} has ${others} secrets, and there is room for no more`);
      }
      await transaction.replaceInto('agent_secrets').values({ agent_id: agent, name, value }).execute();
    });
  }

  /** NOT_FOUND, AGENT_MOVING while it moves. */
  async delete(agent: string, name: string): Promise<void> {
    await this.#change(agent, async (transaction) => {
      const { numDeletedRows } = await transaction
        .deleteFrom('agent_secrets')
        .where('agent_id', '=', agent)
        .where('name', '=', name)
        .executeTakeFirst();
      if (numDeletedRows > 0n) return;
      throw codedError('NOT_FOUND', `${agent} has no secret ${JSON.stringify(name.slice(0, 80))}`);
    });
  }

  #change(agent: string, work: (transaction: WorldTransaction) => Promise<void>): Promise<void> {
    return this.#db.transaction().execute(async (transaction) => {
      const row = await transaction
        .selectFrom('agents')
        .select('status')
        .where('agent_id', '=', agent)
        .executeTakeFirst();
      if (row?.status === 'MOVING') throw agentMoving(agent);
      await work(transaction);
    });
  }

  async #readNames(agents: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const rows = await this.#db
      .selectFrom('agent_secrets')
      .select(['agent_id', 'name'])
      .where('agent_id', 'in', agents)
      .orderBy('name')
      .execute();
    const names = new Map<string, string[]>();
    for (const { agent_id: id, name } of rows) names.set(id, [...(names.get(id) ?? []), name]);
    return names;
  }
}
