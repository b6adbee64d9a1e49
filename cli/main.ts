import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import pc from 'picocolors';
import { agentCommand } from './commands/agent.ts';
import { certificateCommand } from './commands/certificate.ts';
import { demoCommand } from './commands/demo.ts';
import { deployCommand } from './commands/deploy.ts';
import { gatewayCommand } from './commands/gateway.ts';
import { initCommand } from './commands/init.ts';
import { initialCommand } from './commands/initial.ts';
import { keygenCommand } from './commands/keygen.ts';
import { loginCommand } from './commands/login.ts';
import { logoutCommand } from './commands/logout.ts';
import { nodeCommand } from './commands/node.ts';
import { nodesCommand } from './commands/nodes.ts';
import { sandboxCommand } from './commands/sandbox.ts';
import { sessionsCommand } from './commands/sessions.ts';
import { usersCommand } from './commands/users.ts';
import { whoamiCommand } from './commands/whoami.ts';
import { explainError } from './explain-error.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const program = new Command('codecraft')
  .description('CodeCraft Academy: learn to program by building a world together.')
  .version(version)
  .showHelpAfterError('(codecraft --help shows what there is)')
  .addCommand(demoCommand())
  .addCommand(initialCommand())
  .addCommand(nodeCommand())
  .addCommand(keygenCommand())
  .addCommand(usersCommand())
  .addCommand(certificateCommand())
  .addCommand(loginCommand())
  .addCommand(logoutCommand())
  .addCommand(whoamiCommand())
  .addCommand(sessionsCommand())
  .addCommand(nodesCommand())
  .addCommand(initCommand())
  .addCommand(sandboxCommand())
  .addCommand(deployCommand())
  .addCommand(agentCommand())
  .addCommand(gatewayCommand())
  .addHelpText('after', '\nTo see it all at work: codecraft demo');

try {
  await program.parseAsync();
} catch (error) {
  // What a person can mend has a message that says how; the stack is for CODECRAFT_DEBUG.
  process.stderr.write(`${pc.red('codecraft:')} ${explainError(error)}\n`);
  if (process.env['CODECRAFT_DEBUG'] && error instanceof Error)
    process.stderr.write(`${error.stack ?? ''}\n`);
  process.exit(1);
}
