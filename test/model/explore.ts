import { type Bounds, type MoveState, initialState, isSettled, successors } from './move-model.ts';

export interface Exploration {
  readonly states: number;
  /** The first that was found, with the way to it. */
  readonly violation: { readonly what: string; readonly way: readonly MoveState[] } | undefined;
  /** States from which nothing leads to an agent that runs where it lives. */
  readonly stuck: readonly MoveState[];
}

/** Looks at every state that can come to be, until one is wrong. */
export function explore(bounds: Bounds): Exploration {
  const first = initialState(bounds.faults);
  const known = new Map<string, number>([[keyOf(first), 0]]);
  const states = [first];
  const parents = [-1];
  const children: number[][] = [];
  for (let at = 0; at < states.length; at += 1) {
    const state = states[at];
    if (!state) break;
    const what = faultOf(state);
    if (what)
      return { states: states.length, violation: { what, way: wayTo(states, parents, at) }, stuck: [] };
    const next: number[] = [];
    for (const successor of successors(state, bounds)) {
      const key = keyOf(successor);
      const index = known.get(key) ?? states.length;
      if (index === states.length) {
        known.set(key, index);
        states.push(successor);
        parents.push(at);
      }
      next.push(index);
    }
    children.push(next);
  }
  return { states: states.length, violation: undefined, stuck: findStuck(states, children) };
}

function faultOf({ violation, nodes, registry }: MoveState): string | undefined {
  if (violation) return violation;
  const current = nodes.filter(({ phase, epoch }) => phase === 'running' && epoch === registry.epoch);
  return current.length > 1 ? 'two current owners' : undefined;
}

/** Backwards from those that are settled. */
function findStuck(states: readonly MoveState[], children: readonly (readonly number[])[]): MoveState[] {
  const before: number[][] = states.map(() => []);
  for (const [at, next] of children.entries()) for (const index of next) before[index]?.push(at);
  const good = new Set<number>();
  const open = [...states.keys()].filter((at) => {
    const state = states[at];
    return state && isSettled(state);
  });
  for (const at of open) good.add(at);
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const index of before[at] ?? []) {
      if (good.has(index)) continue;
      good.add(index);
      open.push(index);
    }
  }
  return states.filter((_, at) => !good.has(at));
}

function keyOf({ registry, version, updates, faults, nodes, messages, violation }: MoveState): string {
  const { owner, epoch, state, move, target, outcomes, checkpoint } = registry;
  const sides = nodes.map(
    (node) =>
      `${node.version},${node.epoch},${node.phase},${node.frozenFor},${node.stagedMove},${node.stagedVersion}`,
  );
  return `${owner},${epoch},${state},${move},${target},${outcomes},${checkpoint}|${version},${updates},${faults}|${sides.join('|')}|${messages.join(';')}|${violation}`;
}

function wayTo(states: readonly MoveState[], parents: readonly number[], end: number): MoveState[] {
  const way: MoveState[] = [];
  for (let at = end; at >= 0; at = parents[at] ?? -1) {
    const state = states[at];
    if (state) way.unshift(state);
  }
  return way;
}
