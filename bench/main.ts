import { benchAgents } from './agents.ts';
import { benchFeed } from './feed.ts';
import { benchFleet } from './fleet.ts';
import { benchGateway } from './gateway.ts';
import { benchLink } from './link.ts';
import { benchOutages } from './outages.ts';
import { benchMessages } from './messages.ts';
import { benchMove } from './move.ts';
import { benchTunnel } from './tunnel.ts';

/** `npm run bench [-- gateway|fleet|feed|link|messages|tunnel|move|agents|outages …]`: all of them without a name. Quiet machines give the steadiest numbers. */
const benches: ReadonlyMap<string, () => Promise<void>> = new Map([
  ['gateway', benchGateway],
  ['fleet', benchFleet],
  ['feed', benchFeed],
  ['link', benchLink],
  ['messages', benchMessages],
  ['tunnel', benchTunnel],
  ['move', benchMove],
  ['agents', benchAgents],
  ['outages', benchOutages],
]);

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !benches.has(name));
if (unknown.length > 0) {
  console.error(`Expected any of ${[...benches.keys()].join(', ')}, got ${unknown.join(', ')}`);
  process.exitCode = 1;
} else {
  for (const [name, bench] of benches) {
    if (wanted.length === 0 || wanted.includes(name)) await bench();
  }
}
