import { codedError } from '../../../wire/coded-error.ts';
import type { AgentHost } from './agent-host.ts';

/** What the rest of the world wants of whoever runs agents. */
export type Running = Pick<AgentHost, 'start' | 'wake' | 'freshen' | 'command' | 'whileHeld' | 'close'>;

/** What stands in on a node where nothing can be run: agents are kept, with their status, and stay as they are. */
export function runNothing(node: string): Running {
  return {
    start: () => Promise.resolve(),
    wake: () => undefined,
    freshen: () => undefined,
    command: () => Promise.reject(codedError('CONFLICT', `The node ${node} runs no agents`)),
    whileHeld: (_agent, work) => work(),
    close: () => Promise.resolve(),
  };
}
