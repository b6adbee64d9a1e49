/** A small change of the code that breaks a promise, and the test that has to notice. */
export interface Mutant {
  readonly name: string;
  readonly breaks: string;
  readonly file: string;
  /** Stands in the file once. */
  readonly from: string;
  readonly to: string;
  /** Arguments of vitest. */
  readonly test: readonly string[];
}

const faults = 'test/move-faults.test.ts';

export const mutants: readonly Mutant[] = [
  {
    name: 'no fsync',
    breaks: 'what is answered is on the disk',
    file: 'subgraphs/serve/open-database.ts',
    from: "'synchronous = FULL'",
    to: "'synchronous = OFF'",
    test: [faults, '-t', 'source or its target'],
  },
  {
    name: 'no fence',
    breaks: 'a node speaks only for agents that live there, at their epoch',
    file: 'subgraphs/traffic/vet-senders.ts',
    from: '  if (home?.node !== peer.node) {',
    to: '  if (home) return undefined;\n  if (home?.node !== peer.node) {',
    test: [faults, '-t', 'takeover'],
  },
  {
    name: 'no COMMITTED at the source',
    breaks: 'a source asks what was decided before its agent goes on',
    file: 'nodes/moving/source-side.ts',
    from: "if (decided.state === 'ABORTED') await stay(tools, decided);",
    to: "if (decided.state !== 'DONE') await stay(tools, decided);",
    test: [faults, '-t', 'source or its target'],
  },
  {
    name: 'no COMMITTED at the target',
    breaks: 'a target has the agent only when that was decided',
    file: 'nodes/moving/target-side.ts',
    from: "if (decided.state === 'COMMITTED') {",
    to: "if (decided.state !== 'DONE') {",
    test: [faults, '-t', 'back before'],
  },
  {
    name: 'no COMMITTED in the registry',
    breaks: 'what was decided stays so',
    file: 'subgraphs/registry/moves.ts',
    from: "        .where('state', '=', from)\n",
    to: '',
    test: [faults, '-t', 'back before'],
  },
  {
    name: 'nothing of the target on its disk',
    breaks: 'a target has all of the agent on its disk before it commits',
    file: 'nodes/moving/target-side.ts',
    from: "await onPoint('after arrive', move.agent);",
    to: "await db.updateTable('moving').set({ arrived: null }).where('move_id', '=', id).execute();\n  await onPoint('after arrive', move.agent);",
    test: [faults, '-t', 'source or its target'],
  },
];
