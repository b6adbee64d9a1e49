import { join } from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import type { Demo } from '../../demo/start-demo.ts';
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
      await runServer(() => startDemo({ folder: dir, port, report }), announce);
    });
}

function announce(demo: Demo): string {
  const [ada] = demo.people;
  const harbour = demo.children().find((child) => child.name === 'harbour');
  const keeper = join(demo.folder, 'harbour/entities/developers/ada/npc/keeper.json');
  const nodes = demo.children().map(({ name, pid, url }) => `  ${name.padEnd(12)} ${url}   process ${pid}`);
  return [
    '',
    pc.green(pc.bold('The network is up.')),
    `  playground   ${pc.bold(`${demo.url}/playground`)}`,
    `  graph        ${demo.url}/graphql (HTTP and WebSocket)`,
    `  health       ${demo.url}/health and ${demo.url}/ready`,
    `  client       client/README.md: import { connect }, connect('${demo.url}')`,
    '',
    'Its nodes:',
    ...nodes,
    '',
    'Three things to try:',
    `  1. Open the playground and run its first tab: one query, every node.`,
    `  2. Change a file, ${keeper}, and ask again: the change is in the graph.`,
    `  3. kill -9 ${harbour?.pid ?? ''} and ask again: harbour's rows are missing and said to be, the others are there. It comes back by itself.`,
    '',
    `To change things and read messages, sign in as ${ada?.username}, password ${ada?.password} (all in ${join(demo.folder, 'people.json')}).`,
    'Ctrl-C stops it all; the next start goes on where this one ended.',
  ].join('\n');
}
