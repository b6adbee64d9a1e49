import { readFileSync } from 'node:fs';

/** The SDL of a subgraph, of network.graphql or peer.graphql, or of the directives that they share, as it stands in this folder. */
export function readSdl(
  name: 'registry' | 'world' | 'traffic' | 'network' | 'peer' | 'fleet' | 'access',
): string {
  return readFileSync(new URL(`${name}.graphql`, import.meta.url), 'utf8');
}
