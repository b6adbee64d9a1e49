import { connect } from '../client/connect.ts';
import { type Violations, checkLedger } from './check-ledger.ts';
import { Ledger } from './ledger.ts';
import { initialName, startChaosNetwork } from './network.ts';
import { deployAgents } from './deploy-agents.ts';
import { createRandom } from './random.ts';
import { readDeadLetters } from './read-dead-letters.ts';
import { readOwnFaults } from './read-own-faults.ts';
import { type Progress, type StormOptions, raiseStorm } from './raise-storm.ts';

export interface ChaosOptions extends StormOptions {
  /** Empty; what the processes keep and print stands below it. */
  readonly folder: string;
  readonly seed: number;
  readonly nodes: number;
  /** All of it has to be over within this time. */
  readonly timeoutMs: number;
}

export interface ChaosReport extends Progress {
  readonly violations: Violations;
  readonly deadLetters: number;
  /** Lines in which a process speaks of a fault of its own. */
  readonly ownFaults: readonly string[];
}

const agentsPerNode = 2;

/**
 * Sends messages through a network while its processes are killed and its connections cut, and checks that each has arrived once and in order.
 * Rejects when it cannot come to its end: time is up, a process does not come back, or a sender gets an error that does not pass by itself.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const over = AbortSignal.timeout(options.timeoutMs);
  const network = await startChaosNetwork(options.folder, options.nodes);
  const client = connect(network.url);
  try {
    // They are driven from outside, so that their program does not matter.
    const count = agentsPerNode * options.nodes;
    const homes = await deployAgents(client, network.nodes, { count, code: '0', start: false, signal: over });
    const ledger = new Ledger((name) => homes.get(name) ?? initialName);
    const agents = [...homes.keys()];
    const random = createRandom(options.seed);
    const progress = await raiseStorm({ network, client, ledger, random, agents, over }, options);
    const deadLetters = await readDeadLetters(client, agents, over);
    return {
      ...progress,
      violations: checkLedger(ledger, deadLetters),
      deadLetters: deadLetters.size,
      ownFaults: readOwnFaults(options.folder),
    };
  } finally {
    client.close();
    await network.close();
  }
}
