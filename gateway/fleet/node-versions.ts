import { LRUCache } from 'lru-cache';
import { limits } from '../../schema/limits.ts';
import type { Link } from '../../wire/link.ts';
import type { FleetShape } from './directives.ts';
import type { NodeDocument } from './node-document.ts';
import { type SdlIndex, indexSdl } from './sdl-index.ts';
import { type TrimmedDocument, trimDocument } from './trim-document.ts';

/**
 * Nodes upgrade at different times. Tells what a node can be asked of an operation, by the SDL that it publishes. A node with the gateway's own
 * SDL costs a comparison; each other SDL is read once, each operation trimmed once for it.
 */
export class NodeVersions {
  readonly #shape: FleetShape;
  readonly #latest = new WeakMap<Link, { readonly sdl: string; readonly version: Version }>();
  readonly #bySdl = new LRUCache<string, { readonly version: Version }>({ max: limits.maxKnownSdls });
  // Both sides are let go with what they belong to: an operation's plan, a version that no node has any more.
  readonly #trimmed = new WeakMap<SdlIndex, WeakMap<NodeDocument, TrimmedDocument>>();

  constructor(shape: FleetShape) {
    this.#shape = shape;
  }

  /** What to ask of the node instead of `document`; `unreadable` when its SDL does not parse. */
  trim(link: Link, document: NodeDocument): TrimmedDocument | 'unreadable' {
    const version = this.#versionOf(link);
    if (version === 'ours') return { document, missing: [] };
    return version === 'unreadable' ? version : this.#trimFor(version, document);
  }

  #trimFor(theirs: SdlIndex, document: NodeDocument): TrimmedDocument {
    let documents = this.#trimmed.get(theirs);
    if (!documents) this.#trimmed.set(theirs, (documents = new WeakMap()));
    let trimmed = documents.get(document);
    if (!trimmed) documents.set(document, (trimmed = trimDocument(document, this.#shape.index, theirs)));
    return trimmed;
  }

  #versionOf(link: Link): Version {
    const sdl = link.sdl(this.#shape.name) ?? '';
    if (sdl === this.#shape.sdl) return 'ours';
    const latest = this.#latest.get(link);
    if (latest?.sdl === sdl) return latest.version;
    let known = this.#bySdl.get(sdl);
    if (!known) this.#bySdl.set(sdl, (known = { version: readVersion(sdl, this.#shape.index) }));
    this.#latest.set(link, { sdl, version: known.version });
    return known.version;
  }
}

/** An SDL that differs only in its wording counts as ours. */
type Version = 'ours' | 'unreadable' | SdlIndex;

function readVersion(sdl: string, ours: SdlIndex): Version {
  try {
    const theirs = indexSdl(sdl === '' ? 'scalar Nothing' : sdl);
    return theirs.signature === ours.signature ? 'ours' : theirs;
  } catch {
    return 'unreadable';
  }
}
