import { Command } from 'commander';
import pc from 'picocolors';

interface Flags {
  readonly dir?: string;
  readonly file?: string;
  readonly comment: string;
}

export function keygenCommand(): Command {
  return new Command('keygen')
    .description("make a node's key, or show the fingerprint of the one that is there")
    .option('--dir <folder>', "the node's folder, which keeps it as id_ed25519")
    .option('--file <file>', 'where to keep it instead; config.json then needs "key"')
    .option('--comment <text>', 'what stands behind the public key', 'codecraft')
    .action(async ({ dir, file: given, comment }: Flags) => {
      const { existsSync } = await import('node:fs');
      const { makeNodeKey, readNodeKey } = await import('../../identity/node-key.ts');
      const { keyFileIn } = await import('../../nodes/identity.ts');
      const file = given ?? (dir === undefined ? undefined : keyFileIn(dir));
      if (file === undefined) throw new Error('Say where: --dir FOLDER or --file FILE');
      const isNew = !existsSync(file);
      const { publicKey } = isNew ? makeNodeKey(file, comment) : readNodeKey(file);
      process.stdout.write(
        `${isNew ? pc.green('Made') : 'There is already'} ${file}\n${publicKey.line}\n${publicKey.fingerprint}\n`,
      );
    });
}
