import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Composition, composeShapes } from './compose-shapes.ts';
import { readAccess } from './read-access.ts';
import { type Shape, parseShape } from './shape.ts';

/** Written by `npm run codegen`. */
export const keptFile = fileURLToPath(new URL('../../schema/generated/supergraph.graphql', import.meta.url));

/** The shapes' composition as it was kept, which saves a start half a second; composed now if these are other shapes. Throws as `composeShapes` does. */
export function keptComposition(shapes: readonly Shape[]): Composition {
  const kept = readFileSync(keptFile, 'utf8');
  if (!kept.startsWith(headOf(shapes))) return composeShapes(shapes);
  return { supergraphSdl: kept, access: readAccess(shapes.map(parseShape)) };
}

/** What is to be kept of them. */
export function printComposition(shapes: readonly Shape[]): string {
  return `${headOf(shapes)}\n\n${composeShapes(shapes).supergraphSdl}\n`;
}

function headOf(shapes: readonly Shape[]): string {
  const hash = createHash('sha256').update(JSON.stringify(shapes.map(({ name, sdl }) => [name, sdl])));
  return `# Made by gateway/compose/write-schemas.ts of the shapes in schema/: ${hash.digest('hex')}`;
}
