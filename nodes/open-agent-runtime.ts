import { compileProgram } from '../agents/bundle/compile-program.ts';
import { findWall } from '../agents/process/find-wall.ts';
import { startProcessRuntime } from '../agents/process/start-process-runtime.ts';
import type { OpenShapesOptions } from './open-shapes.ts';
import type { InitialConfig } from './config.ts';
import type { Log } from './log.ts';
import { createMayHost } from './may-host.ts';

export interface OpenAgentRuntimeOptions {
  readonly config: Pick<InitialConfig, 'name' | 'owner' | 'hosting'>;
  readonly log: Log;
}

export interface OpenAgentRuntime {
  /** What a node needs to run agents. */
  readonly forShapes: Pick<OpenShapesOptions, 'runtime' | 'compile' | 'mayHost'>;
  /** Ends all processes; after the shapes. */
  close(): Promise<void>;
}

/** Finds out what stands between programs and this machine, and opens what runs them behind it. Without a wall the log says so. */
export async function openAgentRuntime({ config, log }: OpenAgentRuntimeOptions): Promise<OpenAgentRuntime> {
  const wall = await findWall();
  if (wall.kind === 'none') {
    log.warn(
      { why: wall.why },
      "agents of this node's owner only are hosted here: install bubblewrap to host those of others",
    );
  }
  const runtime = await startProcessRuntime({
    wall,
    onDispute: (owner, err) =>
      log.warn({ err, code: err.extensions['code'], owner }, 'a process of agents is charged from outside'),
  });
  return {
    forShapes: {
      runtime,
      compile: (code, owner) => compileProgram(runtime, { owner, code }),
      mayHost: createMayHost({ ...config, owner: config.owner, wall }),
    },
    close: () => runtime.close(),
  };
}
