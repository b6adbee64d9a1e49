import { Command } from 'commander';

interface Flags {
  readonly as: string;
  readonly seed?: string;
  readonly replay?: boolean | string;
  readonly watch: boolean;
}

export function sandboxCommand(): Command {
  return new Command('sandbox')
    .description('run agents of yours on this machine, without a network: reload on save, inspect, replay')
    .argument('[folder]', 'with an agent.ts, or a file NAME.ts for each agent', '.')
    .option('--as <name>', 'whose agents they are', 'me')
    .option('--seed <number>', 'of Math.random; another one each time unless told')
    .option('--no-watch', 'do not look for changes of the files')
    .option('--replay [file]', 'run the latest recording again, or another one, and compare')
    .action(async (folder: string, { as: owner, seed, replay, watch }: Flags) => {
      if (replay !== undefined && replay !== false) {
        const { runReplay } = await import('../run-replay.ts');
        await runReplay(folder, replay === true ? undefined : replay);
        return;
      }
      const { runSandbox } = await import('../run-sandbox.ts');
      await runSandbox({ folder, owner, seed: seed === undefined ? undefined : Number(seed), watch });
    });
}
