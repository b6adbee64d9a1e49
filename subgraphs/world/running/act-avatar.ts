import { GraphQLError } from 'graphql';
import type { NewLine } from '../agents/write-lines.ts';
import { type AvatarAct, enterLocation, leaveLocation, sayAtLocation } from '../places/move-avatar.ts';
import type { OutgoingLetter } from './agent-mail.ts';
import type { CommitContext } from './commit-context.ts';
import type { AvatarEffect } from './draft-effects.ts';

interface AvatarTurn {
  readonly id: string;
  readonly location: string | null;
  readonly effects: readonly AvatarEffect[];
  readonly lines: NewLine[];
  /** Collects what is heard. */
  readonly letters: OutgoingLetter[];
}

/** The avatar does what its program has asked for, in turn; what it may not do costs it that act and a line in its log. */
export async function actAvatar(
  context: Pick<CommitContext, 'transaction' | 'manners' | 'now' | 'after'>,
  { id, location, effects, lines, letters }: AvatarTurn,
): Promise<void> {
  const { transaction, manners, now, after } = context;
  let place = location;
  for (const effect of effects) {
    const act: AvatarAct = {
      transaction,
      agent: id,
      location: place,
      now,
      manners,
      touched: after.touched,
    };
    try {
      place = await actOnce(act, effect, letters);
    } catch (error) {
      // Refused before anything was written; all else is a fault of ours.
      if (!(error instanceof GraphQLError)) throw error;
      lines.push({ level: 'warn', text: error.message });
    }
  }
}

/** Where the avatar is then. */
async function actOnce(
  act: AvatarAct,
  effect: AvatarEffect,
  letters: OutgoingLetter[],
): Promise<string | null> {
  switch (effect.kind) {
    case 'enter':
      await enterLocation(act, effect.location);
      return effect.location;
    case 'leave':
      await leaveLocation(act);
      return null;
    case 'say':
      letters.push(...(await sayAtLocation(act, effect)));
      return act.location;
    default:
      return effect satisfies never;
  }
}
