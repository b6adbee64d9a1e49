/** The nodes of the demo beside the initial one, which is ada's; `owner` is one of its people. */
export const demoNodes = [
  { name: 'harbour', kind: 'trusted', owner: 'linus' },
  { name: 'forest', kind: 'trusted', owner: 'grace' },
  { name: 'workshop', kind: 'local', owner: 'ada' },
] as const;

/** The agents of the demo: whose they are, where they begin, and the program in agents/samples/. */
export const demoAgents = [
  { owner: 'ada', name: 'courier', node: 'harbour', sample: 'courier' },
  { owner: 'ada', name: 'stall', node: 'workshop', sample: 'market' },
  { owner: 'grace', name: 'greeter', node: 'initial', sample: 'greeter' },
  { owner: 'grace', name: 'market', node: 'forest', sample: 'market' },
  { owner: 'linus', name: 'game-master', node: 'initial', sample: 'game-master' },
] as const;

/** Where the courier goes, round and round. */
export const courierRoute = ['harbour', 'forest', 'initial'] as const;
