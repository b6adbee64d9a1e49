import { Command, Option } from 'commander';
import pc from 'picocolors';
import { folderOption, hostOption, logLevelOption, portOption } from '../options.ts';
import { programName } from '../program-name.ts';
import { runServer } from '../run-server.ts';

interface Flags {
  readonly dir: string;
  readonly port?: number;
  readonly host?: string;
  readonly name?: string;
  readonly newcomers?: string;
  readonly owner?: string;
  readonly logLevel?: string;
}

export function initialCommand(): Command {
  return new Command('initial')
    .description('start the initial node: registry, gateway, shared spaces')
    .addOption(folderOption())
    .addOption(portOption())
    .addOption(hostOption())
    .option('--name <name>', 'what the node is called (initial)')
    .option('--owner <username>', 'whose node this is')
    .addOption(
      new Option('--newcomers <role>', 'what somebody who signs up may do (player)').choices([
        'player',
        'developer',
      ]),
    )
    .addOption(logLevelOption())
    .action(async ({ dir, ...flags }: Flags) => {
      const { loadInitialConfig } = await import('../../nodes/config.ts');
      const { startInitial } = await import('../../nodes/start-initial.ts');
      const config = loadInitialConfig(dir, flags);
      const { makeTownSquare } = await import('../make-town-square.ts');
      makeTownSquare(dir);
      await runServer(
        () => startInitial({ folder: dir, config }),
        ({ url }) =>
          [
            `${pc.green('The network is up.')} Its graph: ${url}/graphql`,
            `  playground   ${url}/playground`,
            `  health       ${url}/health and ${url}/ready`,
            `  a first agent      ${programName()} init FOLDER`,
            `  a first admin      ${programName()} users add NAME --role admin --dir ${dir}`,
            `  a node joins       ${programName()} nodes token --kind trusted --dir ${dir}`,
            `                     ${programName()} node --dir FOLDER --kind trusted --name NAME --initial ${url} --port 4001 --join-token TOKEN`,
          ].join('\n'),
      );
    });
}
