import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import { folderOption } from '../options.ts';

interface Flags {
  readonly dir: string;
  readonly host: readonly string[];
}

const files = { cert: 'tls-cert.pem', key: 'tls-key.pem' };
/** Every address of a machine, which is no name that a client calls it by. */
const anyAddress = ['0.0.0.0', '::'];

export function certificateCommand(): Command {
  return new Command('certificate')
    .description(
      'make a self-signed certificate for development, and serve HTTPS with it from the next start on',
    )
    .addOption(folderOption())
    .option('--host <names...>', 'further names or addresses by which clients reach the initial node', [])
    .action(async ({ dir, host }: Flags) => {
      const { changeInitialConfig, loadInitialConfig } = await import('../../nodes/config.ts');
      const { makeCertificate } = await import('../../nodes/make-certificate.ts');
      const { default: writeFileAtomic } = await import('write-file-atomic');
      const config = loadInitialConfig(dir, {});
      const own = [config.host, config.address ?? config.host, ...host];
      const hosts = ['localhost', '127.0.0.1', '::1', ...own].filter((name) => !anyAddress.includes(name));
      const { cert, key } = await makeCertificate([...new Set(hosts)]);
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      writeFileAtomic.sync(join(dir, files.key), key, { mode: 0o600 });
      writeFileAtomic.sync(join(dir, files.cert), cert);
      changeInitialConfig(dir, { tls: files });
      process.stdout.write(
        [
          `${pc.green('Made')} ${join(dir, files.cert)} for ${[...new Set(hosts)].join(', ')}, good for a year.`,
          'The initial node serves HTTPS from its next start on. Clients have to be told to trust it:',
          `  codecraft login --url https://localhost:${config.port} --ca ${join(dir, files.cert)}`,
          '',
        ].join('\n'),
      );
    });
}
