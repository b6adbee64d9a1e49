import { Command } from 'commander';
import type { DeployFlags } from '../agent/deploy-agents.ts';

export function deployCommand(): Command {
  return new Command('deploy')
    .description(
      'have an agent of yours live on a node; one that does already gets the new program, and keeps its memory',
    )
    .argument('[path]', 'a folder with an agent.ts, or with a file NAME.ts for each agent; or one file', '.')
    .option('--node <id>', 'where; the initial node unless told otherwise')
    .option('--name <name>', 'what it is called; like its folder or file unless told otherwise')
    .option('--no-start', 'do not run it yet')
    .action(async (path: string, flags: DeployFlags) => {
      const { deployAgents } = await import('../agent/deploy-agents.ts');
      await deployAgents(path, flags);
    });
}
