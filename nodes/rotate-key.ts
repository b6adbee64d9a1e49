import { renameSync } from 'node:fs';
import { type NodeKey, makeNodeKey } from '../identity/node-key.ts';
import { signText } from '../identity/ssh-signature.ts';
import { rotationStatement } from '../identity/statements.ts';
import type { Connection } from '../wire/open-connection.ts';
import { askInitial } from './ask-initial.ts';
import { keyFileIn } from './identity.ts';
import * as questions from './network-questions.ts';

/** Gives the node a new key: both sign, the registry has it, and then it stands in the folder in place of the old one. */
export async function rotateKey(
  connection: Connection,
  { folder, key, node }: { readonly folder: string; readonly key: NodeKey; readonly node: string },
): Promise<NodeKey> {
  const file = keyFileIn(folder);
  const next = makeNodeKey(`${file}.next`);
  const asked = questions.challenge();
  const { nodeChallenge: challenge } = await askInitial(connection, asked, asked.answer);
  const statement = rotationStatement(challenge, { node, from: key.publicKey, to: next.publicKey });
  const question = questions.rotateKey({
    challenge: challenge.id,
    publicKey: next.publicKey.line,
    signatureByOld: signText(key, statement),
    signatureByNew: signText(next, statement),
  });
  await askInitial(connection, question, question.answer);
  // The old one stays beside it: what it has signed is still asked about.
  renameSync(file, `${file}.old`);
  renameSync(`${file}.pub`, `${file}.old.pub`);
  renameSync(`${file}.next`, file);
  renameSync(`${file}.next.pub`, `${file}.pub`);
  return next;
}
