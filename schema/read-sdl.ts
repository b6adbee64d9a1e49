import { readFileSync } from 'node:fs';

/** The SDL of a subgraph, of network.graphql, peer.graphql or reports.graphql, or of the directives that they share, as it stands in this folder. */
export function readSdl(
  name: 'registry' | 'world' | 'traffic' | 'network' | 'peer' | 'reports' | 'fleet' | 'access',
): string {
  return readFileSync(new URL(`${name}.graphql`, import.meta.url), 'utf8');
}

/** A subgraph's SDL as nodes publish it: with the definitions of the directives that it applies. */
export function publishedSdl(name: 'registry' | 'world' | 'traffic'): string {
  return [readSdl(name), readSdl('fleet'), readSdl('access')].join('\n');
}
