import { readFileSync } from 'node:fs';

/** The SDL of a subgraph, of network.graphql, peer.graphql or reports.graphql, or of the directives that they share, as it stands in this folder. */
export function readSdl(
  name: 'registry' | 'world' | 'traffic' | 'network' | 'peer' | 'reports' | 'fleet' | 'access',
): string {
  return readFileSync(new URL(`${name}.graphql`, import.meta.url), 'utf8');
}
