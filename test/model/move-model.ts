/**
 * The way of an agent from node to node (docs/decisions/2026-11-25-moves.md) as a model: every order in which things can happen, with a few faults,
 * is looked at. What is one step here is one transaction, or one message, there.
 */

/** What a careless implementation leaves out, or puts in. */
export type Mutant =
  /** After COMMIT the agent is ACTIVE at once, before its new home has said that it has it. */
  | 'no confirm state'
  /** The source goes on while the snapshot is on its way. */
  | 'no stop before the snapshot'
  /** The target takes any snapshot for that of the move which it knows of. */
  | 'no move id at receive'
  /** The registry takes any READY for that of the move which is under way. */
  | 'no move id at commit'
  /** What an agent does is not compared with the registry's epoch. */
  | 'no fence'
  /** A node that was killed runs what it has when it starts again. */
  | 'self-resume'
  /** ABORT raises the epoch. */
  | 'epoch bump at abort';

export interface Bounds {
  readonly mutant?: Mutant | undefined;
  readonly moves: number;
  /** Updates that the agent makes in all. */
  readonly updates: number;
  /** Messages lost or doubled, nodes killed, takeovers, in all. */
  readonly faults: number;
}

/** The world's version is how many updates have been accepted: an update that is based on another one has lost some, or forked. */
export interface MoveState {
  readonly registry: Registry;
  readonly version: number;
  readonly updates: number;
  readonly faults: number;
  readonly nodes: readonly [ModelNode, ModelNode];
  /** A sorted set: that one arrives twice is a fault, after which it is still there. */
  readonly messages: readonly string[];
  readonly violation: string;
}

interface Registry {
  readonly owner: Side;
  readonly epoch: number;
  readonly state: 'ACTIVE' | 'MOVING' | 'COMMITTED';
  /** The move that is under way, or was last. */
  readonly move: number;
  readonly target: Side;
  /** What became of each move, by number from 1: `?` under way, `a` aborted, `c` committed, `t` a takeover. */
  readonly outcomes: string;
  /** Of the last checkpoint. */
  readonly checkpoint: number;
}

type Side = 0 | 1;

interface ModelNode {
  /** What is on its disk; -1 for nothing. */
  readonly version: number;
  readonly epoch: number;
  /** `asking`: it has started again, and does not know yet whether it may run. */
  readonly phase: 'none' | 'running' | 'frozen' | 'asking';
  /** The move for which it is frozen. */
  readonly frozenFor: number;
  /** The snapshot that it has received. */
  readonly stagedMove: number;
  readonly stagedVersion: number;
}

const nothing: ModelNode = {
  version: -1,
  epoch: 0,
  phase: 'none',
  frozenFor: 0,
  stagedMove: 0,
  stagedVersion: -1,
};

export function initialState(faults: number): MoveState {
  return {
    registry: {
      owner: 0,
      epoch: 1,
      state: 'ACTIVE',
      move: 0,
      target: 0,
      outcomes: '',
      checkpoint: 0,
    },
    version: 0,
    updates: 0,
    faults,
    nodes: [{ ...nothing, version: 0, epoch: 1, phase: 'running' }, nothing],
    messages: [],
    violation: '',
  };
}

/** What can happen next. Each with its name, and whether it is a fault. */
export function successors(state: MoveState, bounds: Bounds): readonly MoveState[] {
  const next: MoveState[] = [];
  begin(state, bounds, next);
  abort(state, bounds, next);
  for (const side of [0, 1] as const) {
    act(state, bounds, side, next);
    ask(state, bounds, side, next);
    if (state.faults > 0) fail(state, bounds, side, next);
  }
  for (const [index, message] of state.messages.entries()) {
    const rest = state.messages.filter((_, at) => at !== index);
    next.push(...deliver({ ...state, messages: rest }, bounds, message));
    if (state.faults === 0) continue;
    next.push({ ...state, messages: rest, faults: state.faults - 1 });
    next.push(...deliver({ ...state, faults: state.faults - 1 }, bounds, message));
  }
  return next;
}

/** Whether nothing is left to do: the agent runs, or its bounds are used up where it lives. */
export function isSettled({ registry, nodes }: MoveState): boolean {
  const home = nodes[registry.owner];
  return registry.state === 'ACTIVE' && home.phase === 'running' && home.epoch === registry.epoch;
}

function begin(state: MoveState, { moves }: Bounds, next: MoveState[]): void {
  const { registry } = state;
  if (registry.state !== 'ACTIVE' || registry.outcomes.length >= moves) return;
  const move = registry.outcomes.length + 1;
  const begun = {
    ...registry,
    state: 'MOVING',
    move,
    target: other(registry.owner),
    outcomes: `${registry.outcomes}?`,
  } as const;
  next.push(send({ ...state, registry: begun }, `FREEZE ${registry.owner} ${move}`));
}

/** The registry's timer; a person; a target that refuses. */
function abort(state: MoveState, { mutant }: Bounds, next: MoveState[]): void {
  const { registry } = state;
  if (registry.state !== 'MOVING') return;
  const epoch = registry.epoch + (mutant === 'epoch bump at abort' ? 1 : 0);
  next.push({
    ...state,
    registry: { ...registry, epoch, state: 'ACTIVE', outcomes: ended(registry, 'a') },
  });
}

function act(state: MoveState, { mutant, updates }: Bounds, side: Side, next: MoveState[]): void {
  const node = state.nodes[side];
  const runs =
    node.phase === 'running' || (mutant === 'no stop before the snapshot' && node.phase === 'frozen');
  if (!runs || state.updates >= updates) return;
  const isCurrent = node.epoch === state.registry.epoch && state.registry.owner === side;
  const version = node.version + 1;
  if (!isCurrent && mutant !== 'no fence') {
    // It is told that it is not the owner any more.
    next.push(withNode(state, side, { ...node, phase: 'asking' }));
    return;
  }
  const violation = node.version === state.version ? state.violation : 'an update is lost, or there are two';
  next.push({
    ...withNode(state, side, { ...node, version }),
    version: state.version + 1,
    updates: state.updates + 1,
    violation,
  });
  if (!isCurrent) return;
  next.push({ ...state, registry: { ...state.registry, checkpoint: node.version } });
}

/** What nodes ask by themselves, again and again, where they have heard nothing. */
function ask(state: MoveState, { mutant }: Bounds, side: Side, next: MoveState[]): void {
  const node = state.nodes[side];
  const { registry } = state;
  if (node.phase === 'asking') {
    const { owner, epoch, state: phase, move } = registry;
    const answer = `HOME ${side} ${owner} ${epoch} ${phase === 'COMMITTED' ? 0 : 1} ${move}`;
    next.push(send(state, answer));
  }
  if (node.phase === 'frozen') {
    const outcome = registry.outcomes[node.frozenFor - 1];
    // What has become of a move never changes, so that no answer to this can be too old.
    if (outcome === 'a') next.push(withNode(state, side, resumed(node, registry, mutant)));
    if (outcome === 'c') next.push(withNode(state, side, released(node)));
    const { owner, target } = registry;
    if (outcome === '?' && owner === side) {
      const message = `SNAP ${target} ${node.frozenFor} ${node.version}`;
      next.push(send(state, message));
    }
  }
  if (node.stagedMove !== 0) {
    const outcome = registry.outcomes[node.stagedMove - 1];
    // Taken over since, when it is not the last.
    const isOver = outcome === 'a' || registry.move !== node.stagedMove;
    if (isOver) next.push(withNode(state, side, unstaged(node)));
    else if (outcome === '?') {
      const message = `READY ${side} ${node.stagedMove}`;
      next.push(send(state, message));
    } else next.push(activate(state, side, node.stagedMove, registry.epoch));
  }
  if (registry.state !== 'COMMITTED' || registry.owner !== side) return;
  if (node.epoch === registry.epoch) {
    next.push(send(state, `CONFIRM ${side} ${registry.move}`));
  } else if (registry.outcomes[registry.move - 1] === 't') {
    next.push(send(state, `RESTORE ${side} ${registry.move} ${registry.checkpoint} ${registry.epoch}`));
  }
}

function fail(state: MoveState, { mutant }: Bounds, side: Side, next: MoveState[]): void {
  const faults = state.faults - 1;
  const node = state.nodes[side];
  // Answers are for the process that has asked.
  const messages = state.messages.filter((message) => !message.startsWith(`HOME ${side}`));
  if (node.version >= 0) {
    const isSelfResumed = mutant === 'self-resume';
    const phase = isSelfResumed ? 'running' : node.phase === 'frozen' ? 'frozen' : 'asking';
    next.push({ ...withNode(state, side, { ...node, phase }), messages, faults });
  }
  const { registry } = state;
  const move = registry.outcomes.length + 1;
  const taken = {
    ...registry,
    owner: side,
    epoch: registry.epoch + 1,
    state: 'COMMITTED',
    move,
    target: side,
    outcomes: `${registry.outcomes.replace('?', 'a')}t`,
  } as const;
  // What the checkpoint has not is declared lost.
  next.push(
    send(
      { ...state, registry: taken, version: registry.checkpoint, faults },
      `RESTORE ${side} ${move} ${registry.checkpoint} ${taken.epoch}`,
    ),
  );
}

function deliver(state: MoveState, bounds: Bounds, message: string): readonly MoveState[] {
  const [kind, ...numbers] = message.split(' ');
  const [to = 0, move = 0, third = 0, fourth = 0, fifth = 0] = numbers.map(Number);
  const side: Side = to === 0 ? 0 : 1;
  switch (kind) {
    case 'FREEZE':
      return [freeze(state, side, move)];
    case 'SNAP':
      return [receive(state, bounds, side, { move, version: third })];
    case 'READY':
      return [commit(state, bounds, side, move)];
    case 'ACTIVATE':
      return [activate(state, side, move, third)];
    case 'RESTORE':
      return [restore(state, side, { version: third, epoch: fourth })];
    case 'CONFIRM':
      return [confirm(state, side, move)];
    case 'HOME':
      return [learn(state, side, { owner: move, epoch: third, isKnown: fourth === 1, move: fifth })];
    default:
      throw new Error(`Expected a message, got ${message}`);
  }
}

function freeze(state: MoveState, side: Side, move: number): MoveState {
  const node = state.nodes[side];
  if (node.version < 0) {
    // It has not what it is asked for; what it has received is all that it could send.
    if (node.stagedMove === 0 || state.registry.target === side) return state;
    return send(state, `SNAP ${other(side)} ${move} ${node.stagedVersion}`);
  }
  if (node.frozenFor >= move) return state;
  const frozen = withNode(state, side, { ...node, phase: 'frozen', frozenFor: move });
  return send(frozen, `SNAP ${other(side)} ${move} ${node.version}`);
}

function receive(
  state: MoveState,
  { mutant }: Bounds,
  side: Side,
  snapshot: { readonly move: number; readonly version: number },
): MoveState {
  const { registry, nodes } = state;
  const isExpected = registry.state === 'MOVING' && registry.target === side;
  const isRight = registry.move === snapshot.move;
  if (!isExpected || (!isRight && mutant !== 'no move id at receive')) return state;
  const staged = { ...nodes[side], stagedMove: registry.move, stagedVersion: snapshot.version };
  return send(withNode(state, side, staged), `READY ${side} ${registry.move}`);
}

function commit(state: MoveState, { mutant }: Bounds, side: Side, move: number): MoveState {
  const { registry } = state;
  if (registry.state !== 'MOVING' || registry.target !== side) return state;
  if (registry.move !== move && mutant !== 'no move id at commit') return state;
  const epoch = registry.epoch + 1;
  const committed = {
    ...registry,
    owner: side,
    epoch,
    state: mutant === 'no confirm state' ? 'ACTIVE' : 'COMMITTED',
    outcomes: ended(registry, 'c'),
  } as const;
  return send({ ...state, registry: committed }, `ACTIVATE ${side} ${move} ${epoch}`);
}

function activate(state: MoveState, side: Side, move: number, epoch: number): MoveState {
  const node = state.nodes[side];
  if (node.stagedMove !== move || node.epoch >= epoch) return state;
  const active = { ...unstaged(node), version: node.stagedVersion, epoch, phase: 'running' } as const;
  return send(withNode(state, side, active), `CONFIRM ${side} ${move}`);
}

function restore(
  state: MoveState,
  side: Side,
  { version, epoch }: { readonly version: number; readonly epoch: number },
): MoveState {
  const node = state.nodes[side];
  if (node.epoch >= epoch) return state;
  const { move } = state.registry;
  return send(
    withNode(state, side, { ...unstaged(node), version, epoch, phase: 'running' }),
    `CONFIRM ${side} ${move}`,
  );
}

function confirm(state: MoveState, side: Side, move: number): MoveState {
  const { registry } = state;
  if (registry.state !== 'COMMITTED' || registry.move !== move || registry.owner !== side) return state;
  return { ...state, registry: { ...registry, state: 'ACTIVE' } };
}

function learn(
  state: MoveState,
  side: Side,
  home: { readonly owner: number; readonly epoch: number; readonly isKnown: boolean; readonly move: number },
): MoveState {
  const node = state.nodes[side];
  // An answer of before what it has is too old.
  if (node.phase !== 'asking' || home.epoch < node.epoch) return state;
  if (home.owner !== side) return withNode(state, side, released(node));
  // A snapshot of a later epoch is on its way.
  if (!home.isKnown && home.epoch !== node.epoch) return withNode(state, side, released(node));
  return withNode(state, side, { ...node, phase: 'running', epoch: home.epoch });
}

function resumed(node: ModelNode, registry: Registry, mutant: Mutant | undefined): ModelNode {
  if (mutant === 'epoch bump at abort') return { ...node, phase: 'asking' };
  return { ...node, phase: registry.epoch === node.epoch ? 'running' : 'asking' };
}

function released(node: ModelNode): ModelNode {
  return { ...node, version: -1, phase: 'none' };
}

function unstaged(node: ModelNode): ModelNode {
  return { ...node, stagedMove: 0, stagedVersion: -1 };
}

function ended({ outcomes }: Registry, outcome: string): string {
  return outcomes.replace('?', outcome);
}

function withNode(state: MoveState, side: Side, node: ModelNode): MoveState {
  const [first, second] = state.nodes;
  return { ...state, nodes: side === 0 ? [node, second] : [first, node] };
}

function send(state: MoveState, message: string): MoveState {
  if (state.messages.includes(message)) return state;
  return { ...state, messages: [...state.messages, message].sort() };
}

function other(side: Side): Side {
  return side === 0 ? 1 : 0;
}
