import { randomUUID } from 'node:crypto';
import type { SendMessageInput } from '../../schema/generated/traffic.ts';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import { ownerOfAgent } from '../../wire/ids.ts';
import type { Viewer } from '../../wire/viewer.ts';
import { stringifyInput } from '../serve/stringify-input.ts';

/** What somebody wants to have delivered. */
export interface Outgoing {
  /** A person's name, or an agent's id. */
  readonly source: string;
  readonly inbox: string;
  readonly id: string;
  /** Whether the sender made the id, and so may send it again. */
  readonly isIdGiven: boolean;
  /** JSON. */
  readonly body: string;
  readonly sentAt: string;
  readonly ttlMs: number;
  readonly hops: number;
}

/** The message that the viewer means. BAD_USER_INPUT, and FORBIDDEN for one from an agent of somebody else. */
export function readMessage(
  input: SendMessageInput,
  { viewer, now }: { readonly viewer: Viewer; readonly now: number },
): Outgoing {
  return prepareMessage({ ...input, source: readSource(input, viewer), hops: 0 }, now);
}

export interface MessageToPrepare extends Pick<SendMessageInput, 'to' | 'body' | 'id' | 'ttlSeconds'> {
  readonly source: string;
  readonly hops: number;
}

/** A message that may go out. BAD_USER_INPUT for an id that can be no agent's, to oneself, too large, too long-lived. */
export function prepareMessage(
  { source, to, body, id, ttlSeconds, hops }: MessageToPrepare,
  now: number,
): Outgoing {
  if (ownerOfAgent(to) === undefined) {
    throw codedError('BAD_USER_INPUT', "Expected to to be an agent's id, <owner>/<name>");
  }
  if (to === source) throw codedError('BAD_USER_INPUT', 'Expected a message to somebody else');
  return {
    source,
    inbox: to,
    id: readId(id),
    isIdGiven: id != null,
    body: stringifyInput(body, { what: 'body', maxBytes: limits.maxMessageBytes }),
    sentAt: new Date(now).toISOString(),
    ttlMs: readTtlSeconds(ttlSeconds) * 1_000,
    hops,
  };
}

function readSource({ from }: SendMessageInput, viewer: Viewer): string {
  if (from == null) return viewer.username;
  if (ownerOfAgent(from) === viewer.username) return from;
  throw codedError('FORBIDDEN', 'Expected from to be an agent of yours');
}

function readId(id: string | null | undefined): string {
  if (id == null) return randomUUID();
  if (id.length >= 1 && id.length <= limits.maxMessageIdLength) return id;
  throw codedError(
    'BAD_USER_INPUT',
    `Expected id to have from 1 to ${limits.maxMessageIdLength} characters, got ${id.length}`,
  );
}

function readTtlSeconds(ttlSeconds: number | null | undefined): number {
  const seconds = ttlSeconds ?? limits.maxTtlSeconds;
  if (seconds >= 1 && seconds <= limits.maxTtlSeconds) return seconds;
  throw codedError(
    'BAD_USER_INPUT',
    `Expected ttlSeconds to be from 1 to ${limits.maxTtlSeconds}, got ${seconds}`,
  );
}
