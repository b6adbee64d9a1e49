import { Command } from 'commander';
import { programName } from '../program-name.ts';

/** Agents of the person of `codecraft login`: those whose owner is not said are theirs. */
export function agentCommand(): Command {
  return new Command('agent')
    .description('your agents on a network: their log, memory and status')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(logCommand())
    .addCommand(statusCommand('start', 'RUNNING', 'run it'))
    .addCommand(statusCommand('stop', 'STOPPED', 'run it no more; what is sent to it waits'))
    .addCommand(runCommand())
    .addCommand(sayCommand())
    .addCommand(tellCommand())
    .addCommand(watchCommand())
    .addCommand(moveCommand())
    .addCommand(recoverCommand())
    .addCommand(rollbackCommand())
    .addCommand(secretCommand())
    .addCommand(exportCommand())
    .addCommand(importCommand())
    .addCommand(deleteCommand())
    .addHelpText('after', `\nTo make one: ${programName()} init NAME, to have it live somewhere: deploy`);
}

const actions = () => import('../agent/agent-actions.ts');

function listCommand(): Command {
  return new Command('list')
    .description('your agents, wherever they live')
    .option('--owner <name>', 'of somebody else')
    .action(async ({ owner }: { readonly owner?: string }) => (await actions()).listAgents(owner));
}

function showCommand(): Command {
  return new Command('show')
    .description('where it lives, how it is, and what it remembers')
    .argument('<agent>')
    .action(async (agent: string) => (await actions()).showAgent(agent));
}

function logCommand(): Command {
  return new Command('log')
    .description('what it prints')
    .argument('<agent>')
    .option('--follow', 'go on with what it prints from here on')
    .action(async (agent: string, { follow = false }: { readonly follow?: boolean }) => {
      const { readLog } = await import('../agent/read-log.ts');
      await readLog(agent, follow);
    });
}

function statusCommand(name: string, status: 'RUNNING' | 'STOPPED', description: string): Command {
  return new Command(name)
    .description(description)
    .argument('<agent>')
    .option('--reason <text>', 'kept, when an admin does it')
    .action(async (agent: string, { reason }: { readonly reason?: string }) =>
      (await actions()).setStatus(agent, status, reason),
    );
}

function runCommand(): Command {
  return new Command('run')
    .description('run a piece of code in its world, between two messages')
    .argument('<agent>')
    .argument('<code>', 'such as "memory"')
    .action(async (agent: string, code: string) => (await actions()).runInAgent(agent, code));
}

function sayCommand(): Command {
  return new Command('say')
    .description('let it say something where it is')
    .argument('<agent>')
    .argument('<text>')
    .action(async (agent: string, text: string) => (await actions()).say(agent, text));
}

function tellCommand(): Command {
  return new Command('tell')
    .description('write to it, or to an agent of somebody else (OWNER/NAME)')
    .argument('<agent>')
    .argument('<text>')
    .action(async (agent: string, text: string) => (await actions()).tell(agent, text));
}

function watchCommand(): Command {
  return new Command('watch')
    .description('who comes to a location, who goes, and what is said there')
    .argument('<location>', 'such as initial/system/location/town-square')
    .action(async (location: string) => {
      const { watchPlace } = await import('../agent/watch-place.ts');
      await watchPlace(location);
    });
}

function moveCommand(): Command {
  return new Command('move')
    .description('have it live on another node')
    .argument('<agent>')
    .argument('<node>')
    .action(async (agent: string, node: string) => (await actions()).moveAgent(agent, node));
}

function recoverCommand(): Command {
  return new Command('recover')
    .description('for admins: begin it again elsewhere from its last checkpoint, as its node is lost')
    .argument('<agent>')
    .argument('<node>')
    .action(async (agent: string, node: string) => {
      const { recoverAgent } = await import('../agent/recover-agent.ts');
      await recoverAgent(agent, node);
    });
}

function rollbackCommand(): Command {
  return new Command('rollback')
    .description('take up an older program again; memory stays')
    .argument('<agent>')
    .option('--to <version>', 'which; the one before unless told otherwise', Number)
    .action(async (agent: string, { to }: { readonly to?: number }) => (await actions()).rollBack(agent, to));
}

function secretCommand(): Command {
  return new Command('secret')
    .description('give it a value that its program can read and nobody else sees; read from standard input')
    .argument('<agent>')
    .argument('<name>')
    .action(async (agent: string, name: string) => (await actions()).setSecret(agent, name));
}

function exportCommand(): Command {
  return new Command('export')
    .description('all of it but its secrets and its mail, as one file on standard output')
    .argument('<agent>')
    .action(async (agent: string) => (await actions()).exportAgent(agent));
}

function importCommand(): Command {
  return new Command('import')
    .description('an agent from a file that `export` has made; it is stopped')
    .argument('<file>')
    .option('--node <id>', 'where; the initial node unless told otherwise')
    .option('--name <name>', 'what it is called; as it was unless told otherwise')
    .action(async (file: string, flags: { readonly node?: string; readonly name?: string }) =>
      (await actions()).importAgent(file, flags),
    );
}

function deleteCommand(): Command {
  return new Command('delete')
    .description('for good, with its memory, mail, log and secrets')
    .argument('<agent>')
    .action(async (agent: string) => (await actions()).deleteAgent(agent));
}
