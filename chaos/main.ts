import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import pc from 'picocolors';
import { describeProgress, describeReport, isClean } from './describe.ts';
import { runChaos } from './run-chaos.ts';

interface Flags {
  readonly messages: number;
  readonly nodes: number;
  readonly kills: number;
  readonly initialKills: number;
  readonly cuts: number;
  readonly seed: number;
  readonly minutes: number;
  readonly keep?: boolean;
}

const { messages, nodes, kills, initialKills, cuts, seed, minutes, keep } = new Command('chaos')
  .description(
    'messages through a network whose processes are killed and whose connections are cut: none lost, doubled or out of order',
  )
  .addOption(number('--messages <count>', 'how many are sent at the least', 100_000))
  .addOption(number('--nodes <count>', 'how many nodes there are beside the initial one', 10))
  .addOption(number('--kills <count>', 'how often a node is killed', 50))
  .addOption(number('--initial-kills <count>', 'how often the initial node is killed', 20))
  .addOption(number('--cuts <percent>', 'how many of a hundred connections are cut', 5))
  .addOption(number('--seed <number>', 'chooses whom it strikes').default(Date.now() % 1_000_000, 'any'))
  .addOption(number('--minutes <count>', 'when it has to be over', 60))
  .option('--keep', "leave the nodes' folders and logs there")
  .parse()
  .opts<Flags>();

const folder = mkdtempSync(join(tmpdir(), 'codecraft-chaos-'));
console.log(`seed ${seed}; the nodes' folders and logs are in ${folder}`);
let isWell = false;
try {
  const report = await runChaos({
    folder,
    seed,
    nodes,
    messages,
    nodeKills: kills,
    initialKills,
    cutShare: cuts / 100,
    timeoutMs: minutes * 60_000,
    onProgress: (progress) => console.log(describeProgress(progress)),
  });
  console.log(describeReport(report));
  isWell = isClean(report);
} catch (error) {
  console.error(pc.red(`It has come to no end (seed ${seed}):`), error);
}
if (isWell && !keep) rmSync(folder, { recursive: true, force: true });
else console.log(`Left there: ${folder}`);
process.exitCode = isWell ? 0 : 1;

function number(flags: string, description: string, standard?: number): Option {
  const option = new Option(flags, description).argParser((text) => {
    if (/^\d{1,9}$/.test(text)) return Number(text);
    throw new InvalidArgumentError('expected a whole number.');
  });
  return standard === undefined ? option : option.default(standard);
}
