import { readFileSync } from 'node:fs';
import type { NodeConfig } from '../nodes/config.ts';
import { keepConfig } from '../nodes/config.ts';
import { keyFileIn } from '../nodes/identity.ts';
import { prepareRegistration, registerSigned } from '../nodes/registration-by-hand.ts';
import { visitInitial } from '../nodes/visit-initial.ts';
import { confirmKey } from './confirm-key.ts';
import { programName } from './program-name.ts';

/** `--print-registration`: the statement on standard output, how to go on on standard error. `--registration FILE`: registers with the signature. */
export async function registerByHand(options: {
  readonly folder: string;
  readonly config: NodeConfig;
  readonly signatureFile: string | undefined;
}): Promise<void> {
  const { folder, config, signatureFile } = options;
  const visit = { folder, config, confirmInitialKey: confirmKey() };
  if (signatureFile === undefined) {
    const { text, namespace } = await visitInitial(visit, (connection) =>
      prepareRegistration(connection, { folder, config }),
    );
    process.stdout.write(text);
    process.stderr.write(
      `Sign this within five minutes, as it is, saved as a file STATEMENT:\n  ssh-keygen -Y sign -f ${config.key ?? keyFileIn(folder)} -n ${namespace} STATEMENT\nthen register with the same flags and --registration STATEMENT.sig\n`,
    );
    return;
  }
  const signature = readFileSync(signatureFile, 'utf8');
  const node = await visitInitial(visit, (connection) =>
    registerSigned(connection, { folder, config, signature }),
  );
  keepConfig(folder, config);
  process.stdout.write(
    node.approved
      ? `Registered as ${node.id}; start it without these flags.\n`
      : `Registered; an admin lets it in by: ${programName()} nodes approve ${node.fingerprint}\nStart it without these flags.\n`,
  );
}
