import { codedError } from '../../../wire/coded-error.ts';
import { batchByKey } from '../../serve/batch-by-key.ts';
import { agentMoving } from '../agents/agent-moving.ts';
import type { WorldDatabase } from '../database.ts';
import type { AgentMail, OutgoingLetter } from '../running/agent-mail.ts';
import type { Happenings } from './happenings.ts';
import type { Manners } from './manners.ts';
import { type AvatarAct, enterLocation, leaveLocation, sayAtLocation } from './move-avatar.ts';
import type { SurroundingsBook } from './surroundings.ts';

export interface PlacesOptions {
  readonly db: WorldDatabase;
  readonly mail: Pick<AgentMail, 'transaction'>;
  readonly happenings: Happenings;
  readonly surroundings: SurroundingsBook;
  readonly manners: Manners;
  readonly clock: () => number;
}

/** Avatars at the locations of this node, as people drive them by hand and see them. */
export class Places {
  readonly #options: PlacesOptions;
  /** Ids of the agents at a location, by owner and name; asked for together, they are read together. */
  readonly present: (location: string) => Promise<readonly string[]>;

  constructor(options: PlacesOptions) {
    this.#options = options;
    const read = batchByKey((locations) => this.#readPresent(locations));
    this.present = async (location) => (await read(location)) ?? [];
  }

  /** To a location, or out of where it is. MOVED, AGENT_MOVING, and as `enterLocation`. */
  enter(agent: string, location: string | null): Promise<void> {
    return this.#act(agent, async (act) => {
      await (location === null ? leaveLocation(act) : enterLocation(act, location));
      return [];
    });
  }

  /** MOVED, AGENT_MOVING, and as `sayAtLocation`. */
  say(agent: string, text: string): Promise<void> {
    return this.#act(agent, (act) => sayAtLocation(act, { text, hops: 0 }));
  }

  /** Locations that are no more: whoever was there is nowhere. */
  async close(locations: readonly string[]): Promise<void> {
    for (const location of locations)
      for (const agent of await this.present(location)) await this.enter(agent, null);
  }

  /** Something else than avatars may be different anywhere. */
  changedAnywhere(): void {
    this.#options.surroundings.changedAnywhere();
  }

  /** Something has happened at these, and it is on the disk. */
  touched(locations: ReadonlySet<string>): void {
    this.#options.surroundings.changed(locations);
    this.#options.happenings.ring(locations);
  }

  async #act(agent: string, act: (act: AvatarAct) => Promise<readonly OutgoingLetter[]>): Promise<void> {
    const { mail, clock, manners } = this.#options;
    const touched = new Set<string>();
    const queued = await mail.transaction(async (transaction, letterbox) => {
      const row = await transaction
        .selectFrom('agents')
        .select(['location', 'status', 'epoch'])
        .where('agent_id', '=', agent)
        .executeTakeFirst();
      if (!row)
        throw codedError(
          'MOVED',
          `The agent ${JSON.stringify(agent.slice(0, 140))} does not live on this node`,
        );
      if (row.status === 'MOVING') throw agentMoving(agent);
      const letters = await act({
        transaction,
        agent,
        location: row.location,
        now: clock(),
        manners,
        touched,
      });
      return letters.length > 0 ? letterbox.enqueue({ agent, epoch: row.epoch }, letters) : undefined;
    });
    queued?.committed();
    this.touched(touched);
  }

  async #readPresent(locations: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const rows = await this.#options.db
      .selectFrom('agents')
      .select(['agent_id', 'location'])
      .where('location', 'in', locations)
      .orderBy('position')
      .execute();
    const present = new Map<string, string[]>();
    for (const { agent_id: id, location } of rows) {
      if (location === null) continue;
      const there = present.get(location) ?? [];
      present.set(location, there);
      there.push(id);
    }
    return present;
  }
}
