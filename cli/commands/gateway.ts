import { Command } from 'commander';
import pc from 'picocolors';
import { hostOption, logLevelOption, portOption } from '../options.ts';
import { runServer } from '../run-server.ts';

interface Flags {
  readonly supergraph: string;
  readonly port?: number;
  readonly host?: string;
  readonly logLevel?: string;
}

export function gatewayCommand(): Command {
  return new Command('gateway')
    .description('serve any Federation 2 supergraph over ordinary HTTP subgraphs')
    .requiredOption('--supergraph <file>', 'the supergraph SDL, as rover or wgc composes it')
    .addOption(portOption())
    .addOption(hostOption())
    .addOption(logLevelOption())
    .action(async ({ supergraph, port = 4000, host = '127.0.0.1', logLevel = 'info' }: Flags) => {
      const { createLog } = await import('../../nodes/log.ts');
      const { startPlainGateway } = await import('../../nodes/start-plain-gateway.ts');
      const log = createLog({ name: 'gateway', level: logLevel });
      await runServer(
        () => startPlainGateway({ supergraphFile: supergraph, port, host, log }),
        ({ url }) => `${pc.green('The gateway is up.')} ${url}/graphql (subscriptions on the same path)`,
      );
    });
}
