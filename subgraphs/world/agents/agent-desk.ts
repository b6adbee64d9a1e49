import type { Running } from '../running/run-nothing.ts';
import type { AgentDirectory } from './agent-directory.ts';
import type { AgentLog } from './agent-log.ts';
import type { AgentStore } from './agent-store.ts';
import type { ClaimsUnderWay } from './claims-under-way.ts';
import type { Hosting } from './hosting.ts';
import type { Compile } from './read-code.ts';

/** What those work with who store, change and remove agents. */
export interface AgentDesk {
  readonly store: AgentStore;
  readonly agentLog: AgentLog;
  readonly directory: AgentDirectory;
  readonly claims: ClaimsUnderWay;
  readonly hosting: Hosting;
  readonly running: Running;
  readonly compile: Compile;
}
