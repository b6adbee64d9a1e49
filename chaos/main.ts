import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import pc from 'picocolors';
import { describeProgress, describeReport, isClean } from './describe.ts';
import { describeMoves, describeMovesProgress, isCleanOfMoves } from './moves/describe-moves.ts';
import { runMoves } from './moves/run-moves.ts';
import { runChaos } from './run-chaos.ts';

/** What every kind of run can be told. */
interface Flags {
  readonly nodes: number;
  readonly seed: number;
  readonly minutes: number;
  readonly keep?: boolean;
}

interface MessagesFlags extends Flags {
  readonly messages: number;
  readonly kills: number;
  readonly initialKills: number;
  readonly cuts: number;
}

interface MovesFlags extends Flags {
  readonly agents: number;
  readonly moves: number;
  readonly kills: number;
  readonly freezes: number;
  readonly cuts: number;
  readonly tunnelCuts: number;
  readonly parts: number;
}

const messages = command('messages', { nodes: 10, minutes: 60 })
  .description(
    'messages through a network whose processes are killed and whose connections are cut: none lost, doubled or out of order',
  )
  .addOption(number('--messages <count>', 'how many are sent at the least', 100_000))
  .addOption(number('--kills <count>', 'how often a node is killed', 50))
  .addOption(number('--initial-kills <count>', 'how often the initial node is killed', 20))
  .addOption(number('--cuts <percent>', 'how many of a hundred connections are cut', 5))
  .action(async (flags: MessagesFlags) => {
    await run(flags, async (common) => {
      const report = await runChaos({
        ...common,
        messages: flags.messages,
        nodeKills: flags.kills,
        initialKills: flags.initialKills,
        cutShare: flags.cuts / 100,
        onProgress: (progress) => console.log(describeProgress(progress)),
      });
      console.log(describeReport(report));
      return isClean(report);
    });
  });

const moves = command('moves', { nodes: 5, minutes: 60 })
  .description(
    'agents that move from node to node while all are struck: one home at a time, and all that they do happens once',
  )
  .addOption(number('--moves <count>', 'how many are begun at the least', 1_000))
  .addOption(number('--agents <count>', 'how many there are', 50))
  .addOption(number('--kills <count>', 'how often a node is killed', 60))
  .addOption(number('--freezes <count>', 'how often a node stands still for some seconds', 60))
  .addOption(number('--cuts <count>', 'how often a link is cut', 100))
  .addOption(number('--tunnel-cuts <count>', 'how often SSH is cut, a tunnel or the files of a move', 60))
  .addOption(number('--parts <count>', 'how often nobody reaches a node for some seconds', 30))
  .action(async (flags: MovesFlags) => {
    await run(flags, async (common) => {
      const report = await runMoves({
        ...common,
        agents: flags.agents,
        moves: flags.moves,
        strikes: {
          kill: flags.kills,
          freeze: flags.freezes,
          'cut link': flags.cuts,
          'cut tunnel': flags.tunnelCuts,
          part: flags.parts,
        },
        onProgress: (progress) => console.log(describeMovesProgress(progress)),
      });
      console.log(describeMoves(report));
      return isCleanOfMoves(report);
    });
  });

await new Command('chaos')
  .description('runs a network of real processes and strikes it; the seed chooses where')
  .addCommand(messages, { isDefault: true })
  .addCommand(moves)
  .parseAsync();

interface Common {
  readonly folder: string;
  readonly seed: number;
  readonly nodes: number;
  readonly timeoutMs: number;
}

/** Keeps what the processes have left where it did not go well. */
async function run(flags: Flags, work: (common: Common) => Promise<boolean>): Promise<void> {
  const { seed, nodes, minutes, keep } = flags;
  const folder = mkdtempSync(join(tmpdir(), 'codecraft-chaos-'));
  console.log(`seed ${seed}; the nodes' folders and logs are in ${folder}`);
  let isWell = false;
  try {
    isWell = await work({ folder, seed, nodes, timeoutMs: minutes * 60_000 });
  } catch (error) {
    console.error(pc.red(`It has come to no end (seed ${seed}):`), error);
  }
  if (isWell && !keep) rmSync(folder, { recursive: true, force: true });
  else console.log(`Left there: ${folder}`);
  process.exitCode = isWell ? 0 : 1;
}

function command(name: string, standard: { readonly nodes: number; readonly minutes: number }): Command {
  return new Command(name)
    .addOption(number('--nodes <count>', 'how many nodes there are beside the initial one', standard.nodes))
    .addOption(number('--seed <number>', 'chooses whom it strikes').default(Date.now() % 1_000_000, 'any'))
    .addOption(number('--minutes <count>', 'when it has to be over', standard.minutes))
    .option('--keep', "leave the nodes' folders and logs there");
}

function number(flags: string, description: string, standard?: number): Option {
  const option = new Option(flags, description).argParser((text) => {
    if (/^\d{1,9}$/.test(text)) return Number(text);
    throw new InvalidArgumentError('expected a whole number.');
  });
  return standard === undefined ? option : option.default(standard);
}
