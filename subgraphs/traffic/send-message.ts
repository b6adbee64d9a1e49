import { randomUUID } from 'node:crypto';
import type { SendMessageInput } from '../../schema/generated/traffic.ts';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import { ownerOfAgent } from '../../wire/ids.ts';
import type { Viewer } from '../../wire/viewer.ts';
import { stringifyInput } from '../serve/stringify-input.ts';
import type { NewMessage } from './store-messages.ts';

/** The message that the viewer means. BAD_USER_INPUT, and FORBIDDEN for one from an agent of somebody else. */
export function readMessage(
  input: SendMessageInput,
  { viewer, now }: { readonly viewer: Viewer; readonly now: number },
): NewMessage {
  return {
    inbox: input.to,
    source: readSource(input, viewer),
    message_id: readId(input),
    body: stringifyInput(input.body, { what: 'body', maxBytes: limits.maxMessageBytes }),
    sent_at: new Date(now).toISOString(),
  };
}

function readSource({ from }: SendMessageInput, viewer: Viewer): string {
  if (from == null) return viewer.username;
  if (ownerOfAgent(from) === viewer.username) return from;
  throw codedError('FORBIDDEN', 'Expected from to be an agent of yours');
}

function readId({ id }: SendMessageInput): string {
  if (id == null) return randomUUID();
  if (id.length >= 1 && id.length <= limits.maxMessageIdLength) return id;
  throw codedError(
    'BAD_USER_INPUT',
    `Expected id to have from 1 to ${limits.maxMessageIdLength} characters, got ${id.length}`,
  );
}
