import type { AgentDesk } from '../agents/agent-desk.ts';
import type { AgentSecrets } from '../agents/agent-secrets.ts';
import type { WorldDatabase } from '../database.ts';
import type { EntityFiles } from '../entities/entity-files.ts';
import type { EntityStore } from '../entities/entity-store.ts';
import type { ModerationBook } from '../moderation/moderation-book.ts';
import type { AgentMoves } from '../moving/agent-moves.ts';
import type { Happenings } from '../places/happenings.ts';
import type { Places } from '../places/places.ts';
import type { AgentMail } from '../running/agent-mail.ts';
import type { ReportedStats } from '../stats/reported-stats.ts';
import type { StatsFeed } from '../stats/stats-feed.ts';
import type { StatsStore } from '../stats/stats-store.ts';

/** What the resolvers work with. */
export interface WorldServices {
  /** This node's id. */
  readonly node: string;
  readonly db: WorldDatabase;
  readonly clock: () => number;
  readonly entities: EntityStore;
  readonly entityFiles: EntityFiles;
  readonly desk: AgentDesk;
  readonly secrets: AgentSecrets;
  readonly moves: AgentMoves;
  readonly mail: AgentMail;
  readonly places: Places;
  readonly happenings: Happenings;
  readonly moderation: ModerationBook;
  readonly unread: (agent: string) => Promise<number>;
  readonly stats: StatsFeed;
  readonly history: StatsStore;
  readonly reported: Pick<ReportedStats, 'list' | 'count'>;
}
