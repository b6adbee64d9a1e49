import type { NetworkClient } from '../../client/connect.ts';
import type { Ledger } from '../ledger.ts';
import type { ChaosNetwork } from '../network.ts';
import type { Random } from '../random.ts';
import type { MoveBoard } from './move-board.ts';

/** Where it happens, and to whom. */
export interface Stage {
  readonly network: ChaosNetwork;
  readonly client: NetworkClient;
  readonly board: MoveBoard;
  readonly ledger: Ledger;
  readonly random: Random;
  readonly agents: readonly string[];
  /** Time is up. */
  readonly signal: AbortSignal;
}
