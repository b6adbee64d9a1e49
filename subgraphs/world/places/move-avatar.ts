import { limits } from '../../../schema/limits.ts';
import { codedError } from '../../../wire/coded-error.ts';
import type { WorldTransaction } from '../database.ts';
import { addHappening } from './add-happening.ts';
import type { OutgoingLetter } from '../running/agent-mail.ts';
import { type Said, lettersToHearers } from './hearers.ts';
import type { Manners } from './manners.ts';

/** What an avatar does in a transaction of the caller's, who rings for `touched` once that is on the disk. */
export interface AvatarAct {
  readonly transaction: WorldTransaction;
  readonly agent: string;
  /** Where it is now. */
  readonly location: string | null;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly manners: Manners;
  /** Collects the locations where something has happened. */
  readonly touched: Set<string>;
}

/**
 * The avatar goes to a location of this node, and is there before the next act of the transaction asks. NOT_FOUND where there is none, RATE_LIMITED, CONFLICT when
 * it is full; then it stays where it is.
 */
export async function enterLocation(act: AvatarAct, to: string): Promise<void> {
  if (act.location === to) return;
  act.manners.assertCalm(act.agent, act.now);
  await assertRoom(act.transaction, to);
  await leaveLocation(act);
  await setLocation(act, to);
  await note(act, { location: to, kind: 'ENTERED', text: null });
}

/** The avatar is nowhere. */
export async function leaveLocation(act: Omit<AvatarAct, 'manners'>): Promise<void> {
  if (act.location === null) return;
  await setLocation(act, null);
  await note(act, { location: act.location, kind: 'LEFT', text: null });
}

/**
 * BAD_USER_INPUT for what cannot be said, USER_MUTED, RATE_LIMITED, CONFLICT for an avatar that is nowhere.
 * @returns what those who hear it are to be sent
 */
export async function sayAtLocation(
  act: AvatarAct,
  { text, hops }: Pick<Said, 'text' | 'hops'>,
): Promise<readonly OutgoingLetter[]> {
  act.manners.assertMaySpeak(act.agent);
  if (text.length === 0 || text.length > limits.maxSaidLength) {
    throw codedError(
      'BAD_USER_INPUT',
      `Expected 1 to ${limits.maxSaidLength} characters to say, got ${text.length}`,
    );
  }
  if (act.location === null) {
    throw codedError('CONFLICT', `The avatar of ${act.agent} is at no location where it could be heard`);
  }
  act.manners.assertCalm(act.agent, act.now);
  await note(act, { location: act.location, kind: 'SAID', text });
  return lettersToHearers(act.transaction, { speaker: act.agent, location: act.location, text, hops });
}

async function assertRoom(transaction: WorldTransaction, location: string): Promise<void> {
  const row = await transaction
    .selectFrom('entities')
    .select('data')
    .where('entity_id', '=', location)
    .where('entity_type', '=', 'location')
    .where('entity_id', 'not in', (eb) => eb.selectFrom('hidden_entities').select('entity_id'))
    .executeTakeFirst();
  if (!row) {
    throw codedError(
      'NOT_FOUND',
      `Expected a location of the node where the agent lives, got ${JSON.stringify(location.slice(0, 300))}`,
    );
  }
  const { there } = await transaction
    .selectFrom('agents')
    .select((eb) => eb.fn.countAll<number>().as('there'))
    .where('location', '=', location)
    .executeTakeFirstOrThrow();
  const capacity = readCapacity(row.data);
  if (there >= capacity) throw codedError('CONFLICT', `${location} is full: there is room for ${capacity}`);
}

function readCapacity(data: string): number {
  const parsed: unknown = JSON.parse(data);
  const capacity =
    typeof parsed === 'object' && parsed !== null && 'capacity' in parsed ? parsed.capacity : undefined;
  return typeof capacity === 'number' ? Math.min(capacity, limits.maxPresent) : limits.maxPresent;
}

async function setLocation(
  { transaction, agent }: Pick<AvatarAct, 'transaction' | 'agent'>,
  location: string | null,
): Promise<void> {
  await transaction.updateTable('agents').set({ location }).where('agent_id', '=', agent).execute();
}

async function note(
  { transaction, agent, now, touched }: Omit<AvatarAct, 'manners'>,
  happening: {
    readonly location: string;
    readonly kind: 'ENTERED' | 'LEFT' | 'SAID';
    readonly text: string | null;
  },
): Promise<void> {
  await addHappening(transaction, { ...happening, agent, at: new Date(now).toISOString() });
  touched.add(happening.location);
}
