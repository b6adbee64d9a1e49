import pc from 'picocolors';
import { createEngine } from '../agents/engine/engine.ts';
import { createLocalRuntime } from '../agents/engine/local-runtime.ts';
import { readQuickJs } from '../agents/process/read-quickjs.ts';
import { recordingIn } from '../agents/sandbox/open-sandbox.ts';
import { replayRecording } from '../agents/sandbox/recording.ts';
import { showReport } from './run-sandbox.ts';

/** Runs a recording again and says whether it came to the same; rejects when it did not. */
export async function runReplay(folder: string, file = recordingIn(folder)): Promise<void> {
  const runtime = createLocalRuntime(createEngine({ wasm: readQuickJs() }));
  try {
    const { events, differsAt, sandbox } = await replayRecording(file, { runtime, report: showReport });
    if (differsAt !== undefined)
      throw new Error(`Event ${differsAt} of ${events} came to another state than when it was recorded`);
    process.stdout.write(
      `${pc.green('Replayed')} ${events} events of ${file}: the same state, ${sandbox.agents.length} agents\n`,
    );
  } finally {
    await runtime.close();
  }
}
