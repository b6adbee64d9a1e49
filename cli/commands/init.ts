import { Argument, Command, Option } from 'commander';

const samples = ['starter', 'greeter', 'courier', 'market', 'game-master', 'monitor'];

export function initCommand(): Command {
  return new Command('init')
    .description('begin an agent: a folder with a program, its types, and a place for the sandbox')
    .addArgument(new Argument('<folder>', 'its last part is what the agent is called'))
    .addOption(
      new Option('--sample <name>', 'what the program does at first').choices(samples).default('starter'),
    )
    .action(async (folder: string, { sample }: { readonly sample: string }) => {
      const { makeProject } = await import('../agent/make-project.ts');
      makeProject(folder, sample);
    });
}
