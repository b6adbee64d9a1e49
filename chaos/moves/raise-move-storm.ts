import { type Pair, drive } from '../drive.ts';
import { initialName, person } from '../network.ts';
import { moveAgents } from './move-agents.ts';
import type { Stage } from './stage.ts';
import { type StrikeMovesOptions, strikeMoves } from './strike-moves.ts';

/** Moves that are under way at once. */
const lanes = 6;
const senders = 8;
/** Of a sender, after each message: slower than agents may print. */
const pauseMs = 250;
/** Of so many messages one asks the agent's program to write to another agent, and one to go to another node. */
const tellEvery = 2;
const goEvery = 40;

/** Moves agents and writes to them until all has struck; resolves when nobody begins anything any more. */
export async function raiseMoveStorm(
  stage: Stage,
  options: Pick<StrikeMovesOptions, 'moves' | 'strikes' | 'onStrike'>,
): Promise<void> {
  const { network, board, agents, random } = stage;
  let isCalm = false;
  const nodes = [initialName, ...network.nodes];
  const isEnough = (): boolean => isCalm && board.begun >= options.moves;
  const bodyOf = ({ source, inbox }: Pair, number: number): unknown => ({
    series: source,
    number,
    ...(random.below(tellEvery) === 0
      ? { tell: random.pick(agents.filter((agent) => agent !== inbox)) }
      : {}),
    ...(random.below(goEvery) === 0 ? { go: random.pick(nodes) } : {}),
  });
  const pairs = [person.username, ...agents].flatMap((source) =>
    agents.filter((inbox) => inbox !== source).map((inbox) => ({ source, inbox })),
  );
  await Promise.all([
    strikeMoves({ ...stage, ...options }).then(() => {
      isCalm = true;
    }),
    moveAgents({ ...stage, nodes, lanes: Math.min(lanes, agents.length), isEnough }),
    drive({ ...stage, pairs, lanes: senders, isEnough, bodyOf, pauseMs }),
  ]);
}
