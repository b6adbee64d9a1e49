import { copyFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type NodeKey, loadNodeKey } from '../identity/node-key.ts';
import { signText } from '../identity/ssh-signature.ts';
import { rotationStatement } from '../identity/statements.ts';
import type { Connection } from '../wire/open-connection.ts';
import { askInitial } from './ask-initial.ts';
import { keyFileIn } from './identity.ts';
import * as questions from './network-questions.ts';

/**
 * Gives the node a new key: both sign, the registry has it, and then it stands in the folder in place of the old one. What was interrupted at any
 * point goes on when it is done again, with the same new key. Rejects with the codes of `rotateKey`.
 */
export async function rotateKey(
  connection: Connection,
  { folder, key, node }: { readonly folder: string; readonly key: NodeKey; readonly node: string },
): Promise<NodeKey> {
  const file = keyFileIn(folder);
  // Beside the old one until the registry has it: it may have it already, if the answer of an earlier attempt was lost.
  const next = loadNodeKey(`${file}.next`);
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
  // The old one stays beside it: what it has signed is still asked about. At no moment is the folder without a key.
  copyFileSync(file, `${file}.old`);
  renameSync(`${file}.next`, file);
  writeFileSync(`${file}.pub`, `${next.publicKey.line}\n`);
  rmSync(`${file}.next.pub`, { force: true });
  return next;
}
