import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { registrationStatement } from '../identity/statements.ts';
import type { SignedText } from '../identity/ssh-signature.ts';
import type { Connection } from '../wire/open-connection.ts';
import { askInitial } from './ask-initial.ts';
import type { NodeConfig } from './config.ts';
import { claimOf } from './join-network.ts';
import * as questions from './network-questions.ts';

const challengeFile = 'registration.json';
const kept = z.object({ id: z.string(), nonce: z.string(), origin: z.string() });

/** Asks for something to sign, keeps it in the node's folder for `registerSigned`, and gives the statement as it has to be signed. */
export async function prepareRegistration(
  connection: Connection,
  { folder, config }: { readonly folder: string; readonly config: NodeConfig },
): Promise<SignedText> {
  const question = questions.challenge();
  const { nodeChallenge: challenge } = await askInitial(connection, question, question.answer);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileAtomic.sync(join(folder, challengeFile), JSON.stringify(challenge), { mode: 0o600 });
  return registrationStatement(challenge, claimOf(config, portOf(config)));
}

/** Registers with a signature of the statement that `prepareRegistration` gave. Rejects with the codes of `registerNode`. */
export async function registerSigned(
  connection: Connection,
  options: { readonly folder: string; readonly config: NodeConfig; readonly signature: string },
) {
  const { folder, config, signature } = options;
  const file = join(folder, challengeFile);
  if (!existsSync(file)) throw new Error('First ask for what to sign: --print-registration');
  const challenge = kept.parse(JSON.parse(readFileSync(file, 'utf8')));
  const question = questions.registerNode({
    ...claimOf(config, portOf(config)),
    challenge: challenge.id,
    signature,
  });
  return askInitial(connection, question, question.answer);
}

function portOf(config: NodeConfig): number | undefined {
  if (config.tunnel !== false) return undefined;
  if (config.port === 0) throw new Error('A registration by hand names the port: say which by --port');
  return config.port;
}
