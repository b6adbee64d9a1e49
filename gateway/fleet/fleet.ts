import type { Directory } from './directory.ts';
import type { FleetShape } from './directives.ts';
import type { NodeVersions } from './node-versions.ts';
import type { FleetLog, Nodes } from './nodes.ts';
import type { PageShare } from './page-share.ts';
import type { Roster } from './roster.ts';

/** What everything that fetches from a fleet shares. */
export interface Fleet {
  readonly shape: FleetShape;
  readonly roster: Roster;
  readonly directory: Directory;
  readonly versions: NodeVersions;
  readonly nodes: Nodes;
  readonly pageShare: PageShare;
  readonly log: FleetLog | undefined;
}
