import { describe, expect, test } from 'vitest';
import { mintViewerToken } from '../identity/viewer-token.ts';
import { limits } from '../schema/limits.ts';
import { findCheckpoint } from '../subgraphs/registry/checkpoints.ts';
import type { MoveEventRow } from '../subgraphs/registry/database.ts';
import { cursorBeforeMove, cursorOfMoveEvent, followMoves } from '../subgraphs/registry/move-events.ts';
import { findMove } from '../subgraphs/registry/move-rows.ts';
import { openRegistry } from '../subgraphs/registry/registry.ts';
import { type NodeConnection, connectNode, register } from './support/network-connection.ts';
import { addPerson, codeOf, dataOf, registryOnDisk } from './support/registry-on-disk.ts';

const agent = 'ada/guard';
const begin =
  'mutation ($id: ID!, $agent: ID!, $to: ID!) { move: beginMove(id: $id, agent: $agent, to: $to) { id state step epoch source target spool } }';
const progress =
  'mutation ($id: ID!, $step: MoveStep, $sha256: String, $copy: Int! = 1) { move: moveProgress(id: $id, step: $step, sha256: $sha256, copy: $copy) { state step } }';
const commit = 'mutation ($id: ID!) { move: commitMove(id: $id) { state } }';
const confirm = 'mutation ($id: ID!) { move: confirmMove(id: $id) { state } }';
const abort = 'mutation ($id: ID!) { move: abortMove(id: $id, reason: "no") { state reason } }';
const homes = 'query ($ids: [ID!]!) { agentHomes(ids: $ids) { node epoch } }';

/** Three nodes, and an agent of ada's on the first. */
async function network(options: Parameters<typeof registryOnDisk>[0] = {}) {
  const opened = await registryOnDisk(options);
  const { registry, key } = opened;
  await registry.members.registerInitial({ name: 'main', address: '127.0.0.1', port: 4000 }, key.publicKey);
  const nodes: NodeConnection[] = [];
  for (const name of ['rome', 'oslo', 'bern']) {
    const node = await connectNode(registry);
    await register(node, { name });
    nodes.push(node);
  }
  const [rome, oslo, bern] = nodes;
  if (!rome || !oslo || !bern) throw new Error('Expected three nodes');
  const viewer = { username: 'ada', role: 'DEVELOPER' } as const;
  const token = await mintViewerToken({ key, audience: 'rome', viewer, now: Date.now() });
  await rome.data('mutation ($id: ID!, $viewer: String) { claimAgent(id: $id, viewer: $viewer) { node } }', {
    id: agent,
    viewer: token,
  });
  return { ...opened, rome, oslo, bern };
}

async function moveOf(node: NodeConnection, query: string, variables: Record<string, unknown>) {
  return (await node.data(query, variables))['move'];
}

async function freeze({ rome, oslo }: { readonly rome: NodeConnection; readonly oslo: NodeConnection }) {
  await rome.data(begin, { id: 'm1', agent, to: 'oslo' });
  await rome.data(progress, { id: 'm1', step: 'COPIED', sha256: 'aa' });
  await oslo.data(progress, { id: 'm1', step: 'ACCEPTED' });
  await rome.data(progress, { id: 'm1', step: 'FROZEN', sha256: 'bb' });
}

/** The states of the agent's moves that come next, with their cursors. */
async function nextStates(stream: AsyncIterableIterator<MoveEventRow>, count: number) {
  const events: MoveEventRow[] = [];
  while (events.length < count) {
    const { value } = await stream.next();
    if (value) events.push(value);
  }
  await stream.return?.();
  return events.map((event) => ({ is: `${event.move_id} ${event.state}`, cursor: cursorOfMoveEvent(event) }));
}

describe("the feed of an agent's moves", () => {
  test('tells each change of a state once, from any cursor on, however often somebody comes back', async () => {
    const all = await network();
    const { rome, oslo, registry, db } = all;
    const follow = (after?: string) =>
      followMoves({ db, moves: registry.moves }, agent, { after, signal: undefined });
    const live = await follow('now');
    const seen = nextStates(live, 7);
    await freeze(all);
    for (let time = 0; time < 2; time += 1) await oslo.data(commit, { id: 'm1' });
    await oslo.data(confirm, { id: 'm1' });
    await oslo.data(begin, { id: 'm2', agent, to: 'rome' });
    await rome.data(abort, { id: 'm2' });
    await oslo.data(begin, { id: 'm3', agent, to: 'rome' });
    const states = 'm1 COPYING, m1 FREEZING, m1 COMMITTED, m1 DONE, m2 COPYING, m2 ABORTED, m3 COPYING'.split(
      ', ',
    );
    const events = await seen;
    expect(events.map(({ is }) => is)).toEqual(states);
    expect(await nextStates(await follow(), 7)).toEqual(events);
    for (const [index, { cursor }] of events.slice(0, -1).entries())
      expect(await nextStates(await follow(cursor), 6 - index)).toEqual(events.slice(index + 1));
    const second = await findMove(db, 'm2');
    const before = second && (await cursorBeforeMove(db, second));
    expect((await nextStates(await follow(before), 1))[0]?.is).toBe('m2 COPYING');
  });

  test('keeps what happened for so long, and goes on behind what is kept no more', async () => {
    let now = Date.now();
    const all = await network({ now: () => now });
    const { rome, oslo, registry, db } = all;
    const follow = (after?: string) =>
      followMoves({ db, moves: registry.moves }, agent, { after, signal: undefined });
    await rome.data(begin, { id: 'm1', agent, to: 'oslo' });
    await oslo.data(abort, { id: 'm1' });
    const [first] = await nextStates(await follow(), 2);
    now += limits.moveEventsKeptMs + 1;
    await rome.data(begin, { id: 'm2', agent, to: 'oslo' });
    expect((await nextStates(await follow(first?.cursor), 1))[0]?.is).toBe('m2 COPYING');
    const old = await findMove(db, 'm1');
    expect(old && (await cursorBeforeMove(db, old))).toBeUndefined();
  });

  test('takes no cursor of another agent, and none that it has not given out', async () => {
    const { rome, registry, db } = await network();
    await rome.data(begin, { id: 'm1', agent, to: 'oslo' });
    const cursors = [
      'x',
      cursorOfMoveEvent({ agent_id: 'ada/other', sequence: 0 }),
      cursorOfMoveEvent({ agent_id: agent, sequence: 9 }),
    ];
    for (const after of cursors) {
      const followed = followMoves({ db, moves: registry.moves }, agent, { after, signal: undefined });
      await expect(followed).rejects.toMatchObject({ extensions: { code: 'BAD_CURSOR' } });
    }
  });
});

describe('a move', () => {
  test('changes the home at COMMIT and at no other moment, and raises the epoch by one', async () => {
    const all = await network();
    const { rome, oslo } = all;
    await freeze(all);
    expect(await rome.data(homes, { ids: [agent] })).toEqual({ agentHomes: [{ node: 'rome', epoch: 1 }] });
    expect(await moveOf(oslo, commit, { id: 'm1' })).toEqual({ state: 'COMMITTED' });
    expect(await rome.data(homes, { ids: [agent] })).toEqual({ agentHomes: [{ node: 'oslo', epoch: 2 }] });
    expect(await moveOf(oslo, confirm, { id: 'm1' })).toEqual({ state: 'DONE' });
    expect(await rome.data(homes, { ids: [agent] })).toEqual({ agentHomes: [{ node: 'oslo', epoch: 2 }] });
  });

  test('answers every call again as it did, late ones too', async () => {
    const all = await network();
    const { rome, oslo } = all;
    for (let i = 0; i < 2; i += 1) {
      expect(await moveOf(rome, begin, { id: 'm1', agent, to: 'oslo' })).toEqual({
        id: 'm1',
        state: 'MOVING',
        step: 'BEGUN',
        epoch: 1,
        source: 'rome',
        target: 'oslo',
        spool: 'rome',
      });
    }
    await freeze(all);
    expect(await moveOf(rome, progress, { id: 'm1', step: 'COPIED', sha256: 'cc' })).toEqual({
      state: 'MOVING',
      step: 'FROZEN',
    });
    for (let i = 0; i < 2; i += 1)
      expect(await moveOf(oslo, commit, { id: 'm1' })).toEqual({ state: 'COMMITTED' });
    expect(await moveOf(rome, abort, { id: 'm1' })).toEqual({ state: 'COMMITTED', reason: null });
    for (let i = 0; i < 2; i += 1)
      expect(await moveOf(oslo, confirm, { id: 'm1' })).toEqual({ state: 'DONE' });
    expect(await moveOf(oslo, commit, { id: 'm1' })).toEqual({ state: 'DONE' });
    await oslo.data(begin, { id: 'm2', agent, to: 'rome' });
    expect(await moveOf(oslo, commit, { id: 'm1' })).toEqual({ state: 'DONE' });
    expect(await rome.data(homes, { ids: [agent] })).toEqual({ agentHomes: [{ node: 'oslo', epoch: 2 }] });
  });

  test('that has been given up cannot be committed, and the agent may move again', async () => {
    const all = await network();
    const { rome, oslo } = all;
    await freeze(all);
    expect(await moveOf(rome, abort, { id: 'm1' })).toEqual({ state: 'ABORTED', reason: 'no' });
    expect(await moveOf(oslo, commit, { id: 'm1' })).toEqual({ state: 'ABORTED' });
    expect(await moveOf(rome, begin, { id: 'm1', agent, to: 'oslo' })).toMatchObject({ state: 'ABORTED' });
    expect(await moveOf(rome, begin, { id: 'm2', agent, to: 'oslo' })).toMatchObject({ state: 'MOVING' });
    expect(await moveOf(oslo, commit, { id: 'm1' })).toEqual({ state: 'ABORTED' });
    expect(await moveOf(oslo, commit, { id: 'm2' })).toEqual({ state: 'MOVING' });
  });

  test('cannot begin while another one is not over, COMMITTED ones too', async () => {
    const all = await network();
    const { rome, oslo } = all;
    await freeze(all);
    expect(await rome.code(begin, { id: 'm2', agent, to: 'bern' })).toBe('AGENT_MOVING');
    await oslo.data(commit, { id: 'm1' });
    expect(await oslo.code(begin, { id: 'm2', agent, to: 'rome' })).toBe('AGENT_MOVING');
    await oslo.data(confirm, { id: 'm1' });
    expect(await moveOf(oslo, begin, { id: 'm2', agent, to: 'rome' })).toMatchObject({ epoch: 2 });
  });

  test('keeps its agent from being given back or claimed', async () => {
    const all = await network();
    await freeze(all);
    const release = 'mutation ($id: ID!) { releaseAgent(id: $id) }';
    const claim = 'mutation ($id: ID!) { claimAgent(id: $id) { node } }';
    expect(await all.rome.code(release, { id: agent })).toBe('AGENT_MOVING');
    expect(await all.rome.code(claim, { id: agent })).toBe('AGENT_MOVING');
    expect(await all.oslo.data(release, { id: agent })).toEqual({ releaseAgent: false });
  });

  test.for([
    ['of an agent that lives elsewhere', 'bern', { id: 'm1', agent, to: 'oslo' }, 'MOVED'],
    ['of an agent that nobody has', 'rome', { id: 'm1', agent: 'ada/none', to: 'oslo' }, 'AGENT_UNKNOWN'],
    ['to where it is', 'rome', { id: 'm1', agent, to: 'rome' }, 'BAD_USER_INPUT'],
    ['to nobody', 'rome', { id: 'm1', agent, to: 'atlantis' }, 'NODE_UNKNOWN'],
    ['with an id that is a path', 'rome', { id: '../m1', agent, to: 'oslo' }, 'BAD_USER_INPUT'],
  ] as const)('%s does not begin', async ([, from, variables, code]) => {
    const all = await network();
    expect(await all[from].code(begin, variables)).toBe(code);
  });

  test.for([
    ['COPIED', 'oslo', progress, { id: 'm1', step: 'COPIED', sha256: 'aa' }, 'FORBIDDEN'],
    ['COMMIT', 'rome', commit, { id: 'm1' }, 'FORBIDDEN'],
    ['CONFIRM', 'rome', confirm, { id: 'm1' }, 'FORBIDDEN'],
    ['a word of who has no part in it', 'bern', progress, { id: 'm1' }, 'NOT_FOUND'],
    ['an abort of who has no part in it', 'bern', abort, { id: 'm1' }, 'NOT_FOUND'],
  ] as const)('is not for the wrong side: %s', async ([, from, query, variables, code]) => {
    const all = await network();
    await all.rome.data(begin, { id: 'm1', agent, to: 'oslo' });
    expect(await all[from].code(query, variables)).toBe(code);
  });

  test('skips no step', async () => {
    const { rome, oslo } = await network();
    await rome.data(begin, { id: 'm1', agent, to: 'oslo' });
    const early = { id: 'm1', step: 'FROZEN', sha256: 'bb' };
    expect(await moveOf(rome, progress, early)).toEqual({ state: 'MOVING', step: 'BEGUN' });
    expect(await moveOf(oslo, commit, { id: 'm1' })).toEqual({ state: 'MOVING' });
  });

  test('has as many copies as it takes, up to the limit, and one that is told again or late changes nothing', async () => {
    const { rome, oslo, db } = await network();
    await rome.data(begin, { id: 'm1', agent, to: 'oslo' });
    const copied = async (copy: number, sha256 = `${copy}`) =>
      moveOf(rome, progress, { id: 'm1', step: 'COPIED', sha256, copy });
    const accepted = async (copy: number) => moveOf(oslo, progress, { id: 'm1', step: 'ACCEPTED', copy });
    expect(await copied(2)).toMatchObject({ step: 'BEGUN' });
    for (let copy = 1; copy <= limits.maxMoveCopies; copy += 1) {
      expect(await copied(copy)).toMatchObject({ step: 'COPIED' });
      expect(await accepted(copy - 1 || 1)).toMatchObject({ step: copy === 1 ? 'ACCEPTED' : 'COPIED' });
      expect(await accepted(copy)).toMatchObject({ step: 'ACCEPTED' });
      expect(await copied(copy, 'late')).toMatchObject({ step: 'ACCEPTED' });
    }
    expect(await findMove(db, 'm1')).toMatchObject({
      copies: limits.maxMoveCopies,
      copy_sha256: `${limits.maxMoveCopies}`,
    });
    for (const copy of [0, limits.maxMoveCopies + 1])
      expect(await rome.code(progress, { id: 'm1', step: 'COPIED', copy })).toBe('BAD_USER_INPUT');
    const frozen = { id: 'm1', step: 'FROZEN', sha256: 'bb' };
    expect(await moveOf(rome, progress, frozen)).toEqual({ state: 'MOVING', step: 'FROZEN' });
  });

  test('is told to its sides at every change, and to who comes later as it is then', async () => {
    const { rome, oslo, bern } = await network();
    const query = 'subscription { moves { id state step } }';
    const seen = await oslo.events(query);
    const elsewhere = await bern.events(query);
    await rome.data(begin, { id: 'm1', agent, to: 'oslo' });
    await rome.data(progress, { id: 'm1', step: 'COPIED', sha256: 'aa' });
    const event = (step: string, state = 'MOVING') => ({
      value: { data: { moves: { id: 'm1', state, step } } },
    });
    expect(await seen.next()).toMatchObject(event('BEGUN'));
    expect(await seen.next()).toMatchObject(event('COPIED'));
    expect(await (await rome.events(query)).next()).toMatchObject(event('COPIED'));
    await rome.data(abort, { id: 'm1' });
    expect(await seen.next()).toMatchObject(event('COPIED', 'ABORTED'));
    await rome.data(begin, { id: 'm2', agent, to: 'bern' });
    expect(await elsewhere.next()).toMatchObject({ value: { data: { moves: { id: 'm2' } } } });
    await Promise.all([seen.return?.(), elsewhere.return?.()]);
  });

  test('of which nobody gives a sign of life is given up', async () => {
    const { rome, registry } = await network({ moveSilenceMs: 300 });
    const over = new Promise((resolve) => {
      registry.moves.changes.listen((move) => move.state === 'ABORTED' && resolve(move.reason));
    });
    await rome.data(begin, { id: 'm1', agent, to: 'oslo' });
    expect(await over).toBe('Nobody has given a sign of life');
    expect(await rome.data(homes, { ids: [agent] })).toEqual({ agentHomes: [{ node: 'rome', epoch: 1 }] });
  });

  test('that is COMMITTED waits for its target for ever, and over a restart of the registry', async () => {
    const all = await network({ moveSilenceMs: 300 });
    await freeze(all);
    await all.oslo.data(commit, { id: 'm1' });
    await all.rome.data(begin, { id: 'm1', agent, to: 'oslo' });
    const { db, key, registry } = all;
    await registry.close();
    const again = await openRegistry({
      db,
      key,
      moveSilenceMs: 300,
      approveLoopback: true,
      origin: () => 'network.example:4000',
      readEntity: async () => undefined,
      onFault: () => undefined,
    });
    await again.members.registerInitial({ name: 'main', address: '127.0.0.1', port: 4000 }, key.publicKey);
    const other = await again.directory.claim('ada/other', 'rome');
    const over = new Promise((resolve) => again.moves.changes.listen((move) => resolve(move.move_id)));
    // Another move that is silent for as long is given up meanwhile.
    await again.moves.begin({ id: 'm2', agent: other.agent_id, source: 'rome', target: 'oslo' });
    await over;
    const { isMoving, node } = (await again.directory.locate([agent])).get(agent) ?? {};
    expect({ isMoving, node }).toEqual({ isMoving: true, node: 'oslo' });
    await again.close();
  });
});

describe('an agent whose node is lost', () => {
  const keep = 'mutation ($checkpoint: CheckpointInput!) { keepCheckpoint(checkpoint: $checkpoint) }';
  const recover =
    'mutation ($to: ID!) { recoverAgent(id: "ada/guard", to: $to) { agent { epoch node { id } } lost } }';

  test('has a checkpoint of many parts as soon as all have come, in their order', async () => {
    const { rome, db } = await network();
    const part = (at: number, data: string, parts = 3) => ({
      checkpoint: { agent, epoch: 1, part: at, parts, data },
    });
    const kept = async () => (await findCheckpoint(db, agent))?.data;
    expect(await rome.code(keep, part(1, 'b'))).toBe('CONFLICT');
    for (const [at, data] of ['a', 'b', 'a', 'b'].entries()) await rome.data(keep, part(at % 2, data));
    expect(await kept()).toBeUndefined();
    await rome.data(keep, part(1, 'B'));
    await rome.data(keep, part(2, 'c'));
    expect(await kept()).toBe('aBc');
    expect(await rome.code(keep, part(2, 'c'))).toBe('CONFLICT');
    expect(await rome.code(keep, part(3, 'd'))).toBe('BAD_USER_INPUT');
    expect(await rome.code(keep, part(0, 'd', 1_000))).toBe('BAD_USER_INPUT');
    expect(await kept()).toBe('aBc');
  });

  test('begins again from its last checkpoint on another one, at the next epoch', async () => {
    const { rome, oslo, registry, db } = await network();
    const viewer = await addPerson(db, 'root', 'ADMIN');
    const checkpoint = { agent, epoch: 1, data: 'what it was' };
    expect(await oslo.code(keep, { checkpoint })).toBe('STALE_EPOCH');
    expect(await codeOf(registry.shape, { query: recover, variables: { to: 'oslo' }, viewer })).toBe(
      'NOT_FOUND',
    );
    expect(await rome.data(keep, { checkpoint })).toEqual({ keepCheckpoint: true });
    const recovered = await dataOf(registry.shape, { query: recover, variables: { to: 'oslo' }, viewer });
    expect(recovered).toMatchObject({ recoverAgent: { agent: { epoch: 2, node: { id: 'oslo' } } } });
    const seen = await (await oslo.events('subscription { moves { id state isTakeover target } }')).next();
    const move = (seen.value as { data: { moves: { id: string } } }).data.moves;
    expect(move).toMatchObject({ state: 'COMMITTED', isTakeover: true, target: 'oslo' });
    const ask = 'query { checkpoint(agent: "ada/guard") { epoch data } }';
    expect(await oslo.data(ask)).toEqual({ checkpoint: { epoch: 1, data: 'what it was' } });
    expect(await rome.code(ask)).toBe('FORBIDDEN');
    expect(await rome.code(keep, { checkpoint })).toBe('STALE_EPOCH');
    expect(await moveOf(oslo, confirm, { id: move.id })).toEqual({ state: 'DONE' });
  });

  test('is taken over in the middle of a move too, which cannot be committed any more', async () => {
    const all = await network();
    const { rome, oslo, registry, db } = all;
    const viewer = await addPerson(db, 'root', 'ADMIN');
    await rome.data(keep, { checkpoint: { agent, epoch: 1, data: 'what it was' } });
    await freeze(all);
    await dataOf(registry.shape, { query: recover, variables: { to: 'bern' }, viewer });
    expect(await moveOf(oslo, commit, { id: 'm1' })).toEqual({ state: 'ABORTED' });
    expect(await rome.data(homes, { ids: [agent] })).toEqual({ agentHomes: [{ node: 'bern', epoch: 2 }] });
  });

  test('is not gone with a target that has never confirmed: LOST is the word for that move', async () => {
    const all = await network();
    const { rome, oslo, registry, db } = all;
    const viewer = await addPerson(db, 'root', 'ADMIN');
    await rome.data(keep, { checkpoint: { agent, epoch: 1, data: 'what it was' } });
    await freeze(all);
    await oslo.data(commit, { id: 'm1' });
    await dataOf(registry.shape, { query: recover, variables: { to: 'bern' }, viewer });
    expect(await moveOf(oslo, confirm, { id: 'm1' })).toEqual({ state: 'LOST' });
    expect(await rome.data(homes, { ids: [agent] })).toEqual({ agentHomes: [{ node: 'bern', epoch: 3 }] });
  });
});
