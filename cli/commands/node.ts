import { Command, Option } from 'commander';
import pc from 'picocolors';
import { confirmKey } from '../confirm-key.ts';
import { folderOption, hostOption, logLevelOption, portOption } from '../options.ts';
import { runServer } from '../run-server.ts';
import { nodeDrainCommand, nodeLeaveCommand, nodeRotateKeyCommand } from './node-membership.ts';

interface Flags {
  readonly dir: string;
  readonly kind?: string;
  readonly name?: string;
  readonly initial?: string;
  readonly port?: number;
  readonly host?: string;
  readonly address?: string;
  readonly owner?: string;
  readonly hosting?: string;
  readonly key?: string;
  readonly tunnel?: boolean;
  readonly proxy?: string;
  readonly joinToken?: string;
  readonly initialKey?: string;
  readonly logLevel?: string;
  readonly printRegistration?: boolean;
  readonly registration?: string;
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
        '--hosting <whose>',
        "whose agents may live here (the network's; on a local node its owner's)",
      ).choices(['owner', 'network']),
    )
    .option(
      '--key <file>',
      "an OpenSSH private key (ed25519) to be known by, instead of one in the node's folder",
    )
    .option(
      '--tunnel',
      'be reached through an SSH tunnel that this node opens (as nodes of the kind local are)',
    )
    .option('--proxy <node>', 'the node at which the tunnel is opened (the initial node)')
    .addOption(
      new Option(
        '--join-token <token>',
        'from an admin; without one an admin has to approve the node by its fingerprint',
      ).env('CODECRAFT_JOIN_TOKEN'),
    )
    .option(
      '--initial-key <fingerprint>',
      "the initial node's key (SHA256:…), for the first contact; a join token has it in it",
    )
    .option(
      '--print-registration',
      'print what has to be signed to register, for ssh-keygen -Y sign, and end',
    )
    .option('--registration <file>', 'register with the signature of that in this file, and end')
    .addOption(logLevelOption())
    .addCommand(nodeDrainCommand())
    .addCommand(nodeLeaveCommand())
    .addCommand(nodeRotateKeyCommand())
    .action(async ({ dir, printRegistration, registration, ...flags }: Flags) => {
      const { loadNodeConfig } = await import('../../nodes/config.ts');
      const config = loadNodeConfig(dir, flags);
      if (printRegistration || registration !== undefined) {
        const { registerByHand } = await import('../register-by-hand.ts');
        return registerByHand({ folder: dir, config, signatureFile: registration });
      }
      const { startNode } = await import('../../nodes/start-node.ts');
      const confirmInitialKey = confirmKey();
      await runServer(
        () => startNode({ folder: dir, config, ...(confirmInitialKey ? { confirmInitialKey } : {}) }),
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
