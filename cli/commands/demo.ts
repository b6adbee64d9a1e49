import { Command } from 'commander';
import pc from 'picocolors';
import { demoWelcome } from '../demo-welcome.ts';
import { portOption } from '../options.ts';
import { runServer } from '../run-server.ts';

interface Flags {
  readonly dir: string;
  readonly port: number;
}

export function demoCommand(): Command {
  return new Command('demo')
    .description('a whole network on this machine: four nodes, a small world, messages flowing')
    .option('--dir <folder>', 'where it keeps its data', 'demo-data')
    .addOption(portOption().default(4000))
    .action(async ({ dir, port }: Flags) => {
      const { startDemo } = await import('../../demo/start-demo.ts');
      const report = (line: string) => process.stdout.write(`${pc.dim('·')} ${line}\n`);
      await runServer(() => startDemo({ folder: dir, port, report }), demoWelcome);
    });
}
