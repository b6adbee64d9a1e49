import { invariant } from '../wire/invariant.ts';

/** What people of the demo want of its agents, one after the other. */
const list: readonly ((turn: number) => {
  readonly from: string;
  readonly to: string;
  readonly body: unknown;
})[] = [
  (turn) => ({ from: 'linus', to: 'ada/courier', body: { to: 'grace/greeter', parcel: `letter ${turn}` } }),
  () => ({ from: 'ada', to: 'grace/market', body: { buy: 'bread' } }),
  (turn) => ({ from: 'grace', to: 'linus/game-master', body: { guess: 1 + ((turn * 37) % 100) } }),
  () => ({ from: 'linus', to: 'grace/market', body: { sell: 'bread' } }),
  (turn) => ({ from: 'grace', to: 'ada/courier', body: { to: 'ada/stall', parcel: `gear ${turn}` } }),
  () => ({ from: 'ada', to: 'ada/stall', body: { ask: 'prices' } }),
];

/** The errand of a turn. */
export function errands(turn: number): ReturnType<(typeof list)[number]> {
  const errand = list[turn % list.length];
  invariant(errand, 'there are errands');
  return errand(turn);
}
