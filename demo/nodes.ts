/** The nodes of the demo; `owner` is one of its people. */
export const demoNodes = [
  { name: 'harbour', kind: 'trusted', owner: 'linus' },
  { name: 'forest', kind: 'trusted', owner: 'grace' },
  { name: 'workshop', kind: 'local', owner: 'ada' },
] as const;

/** The agents of the demo: whose they are, where they live, and the program in agents/. */
export const demoAgents = [
  { owner: 'ada', name: 'courier', node: 'harbour', program: 'courier.js' },
  { owner: 'ada', name: 'tinker', node: 'workshop', program: 'greeter.js' },
  { owner: 'grace', name: 'greeter', node: 'forest', program: 'greeter.js' },
  { owner: 'linus', name: 'lookout', node: 'harbour', program: 'lookout.js' },
] as const;
