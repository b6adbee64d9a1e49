import { findWall, type Wall } from '../../agents/process/find-wall.ts';
import { startProcessRuntime } from '../../agents/process/start-process-runtime.ts';
import { batchOf, imageOf } from './run-program.ts';

/** A node, as far as its agents are concerned: starts one whose program never ends by itself, and prints the process in which it runs. */
const wall: Wall = process.argv[2] === 'none' ? { kind: 'none', why: 'asked for' } : await findWall();
const runtime = await startProcessRuntime({ wall });
const load = imageOf(`export function start() {} export function tick() { for (;;); }`);
await runtime.run(batchOf(['start']), load);
void runtime.run(batchOf(['tick']), load);
process.stdout.write(`${JSON.stringify(runtime.processes().map(({ pid }) => pid))}\n`);
