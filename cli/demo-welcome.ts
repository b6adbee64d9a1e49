import { join } from 'node:path';
import pc from 'picocolors';
import { demoNodes } from '../demo/nodes.ts';
import type { Demo } from '../demo/start-demo.ts';
import { programName } from './program-name.ts';

/** What somebody who has started the demo is told: where to look, who talks to whom, and what to try. */
export function demoWelcome(demo: Demo): string {
  const { url, folder, people, children } = demo;
  const [ada] = people;
  const ranks = ['initial', ...demoNodes.map(({ name }) => name)];
  const nodes = [...children()].sort((a, b) => ranks.indexOf(a.name) - ranks.indexOf(b.name));
  const harbour = nodes.find((child) => child.name === 'harbour');
  const keeper = join(folder, 'harbour/entities/developers/ada/npc/keeper.json');
  return [
    '',
    pc.green(pc.bold('The network is up.')),
    `  playground   ${pc.bold(`${url}/playground`)}`,
    `  graph        ${url}/graphql (HTTP and WebSocket)`,
    `  health       ${url}/health and ${url}/ready`,
    `  client       client/README.md: import { connect }, connect('${url}')`,
    '',
    'Its nodes, each a process of its own:',
    ...nodes.map(({ name, pid, url: own }) => `  ${name.padEnd(12)} ${own}   process ${pid}`),
    '',
    'Who talks to whom:',
    '  you  ── HTTP ──▶  initial  ══ mutual TLS ══▶  harbour, forest',
    '                    initial  ◀══ SSH tunnel ══  workshop    a laptop behind a router that nobody can dial:',
    '                                                            it opens the tunnel, and is asked through it',
    '',
    'Things to try:',
    `  1. Open the playground and run its first tab: one query, every node.`,
    `  2. Change a file, ${keeper}, and ask again: the change is in the graph.`,
    `  3. kill -9 ${harbour?.pid ?? ''} and ask again: harbour's rows are missing and said to be, the others are there. It comes back by itself.`,
    `  4. ${programName()} login --url ${url} --username ${ada?.username}`,
    `     ${programName()} nodes list`,
    `     You are an admin now: every node by the fingerprint of its key, the workshop "through initial".`,
    `  5. ${programName()} agent log ada/courier --follow`,
    `     ada's courier travels from node to node with what people give it; its log goes on without a gap.`,
    `  6. ${programName()} init my-agent`,
    `     ${programName()} deploy my-agent`,
    `     A program of yours, in the town square (after 4, as ${ada?.username}). Who is there, and what is said:`,
    `     ${programName()} agent watch initial/system/location/town-square`,
    `  7. curl ${url}/graphql -H 'content-type: application/json' -d '{"query": "{ nodes { nodes { id status port proxy { id } } } }"}'`,
    '',
    `To change things and read messages, sign in as ${ada?.username}, password ${ada?.password} (all in ${join(folder, 'people.json')}).`,
    'Ctrl-C stops it all; the next start goes on where this one ended.',
  ].join('\n');
}
