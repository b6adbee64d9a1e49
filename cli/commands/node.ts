import { Command, Option } from 'commander';
import pc from 'picocolors';
import { folderOption, hostOption, logLevelOption, portOption } from '../options.ts';
import { runServer } from '../run-server.ts';

interface Flags {
  readonly dir: string;
  readonly kind?: string;
  readonly name?: string;
  readonly initial?: string;
  readonly port?: number;
  readonly host?: string;
  readonly address?: string;
  readonly owner?: string;
  readonly joinToken?: string;
  readonly logLevel?: string;
}

export function nodeCommand(): Command {
  return new Command('node')
    .description('start a node and join it to a network')
    .addOption(folderOption())
    .addOption(new Option('--kind <kind>', 'what the node is').choices(['trusted', 'local', 'proxy']))
    .option('--name <name>', 'what the node is called; its id is made from it')
    .option('--initial <url>', 'address of the initial node, such as http://127.0.0.1:4000')
    .addOption(portOption())
    .addOption(hostOption())
    .option('--address <host>', 'where the network reaches this node, if not where its connections come from')
    .option('--owner <username>', 'whose node this is')
    .addOption(
      new Option(
        '--join-token <token>',
        'from createJoinToken; without one an admin has to approve the node',
      ).env('CODECRAFT_JOIN_TOKEN'),
    )
    .addOption(logLevelOption())
    .action(async ({ dir, ...flags }: Flags) => {
      const { loadNodeConfig } = await import('../../nodes/config.ts');
      const { startNode } = await import('../../nodes/start-node.ts');
      const config = loadNodeConfig(dir, flags);
      await runServer(
        () => startNode({ folder: dir, config }),
        ({ url, node }) =>
          [
            `${pc.green(`The ${config.kind} node ${node} is up`)} at ${url}`,
            ...(node === config.name
              ? []
              : [`  its id       ${node}, since another node is called ${config.name}`]),
            `  health       ${url}/health and ${url}/ready (ready once the network has taken it in)`,
            `  its rows     ${config.initial}/playground shows them beside everybody's, once the network has taken it in`,
            `  its files    ${dir}/entities: what you save there is in the graph within a second`,
          ].join('\n'),
      );
    });
}
