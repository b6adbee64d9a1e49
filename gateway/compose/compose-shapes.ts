import { composeServices } from '@apollo/composition';
import type { Role } from '../../wire/viewer.ts';
import { readAccess } from './read-access.ts';
import { type Shape, parseShape } from './shape.ts';

export interface Composition {
  readonly supergraphSdl: string;
  /** `Type.field` to the least role that may use it; fields without an entry are for everybody. */
  readonly access: ReadonlyMap<string, Role>;
}

/**
 * Composes the shapes, each once however many nodes publish it. Our own directives end here: composition drops what no `@composeDirective`
 * names, so neither the supergraph nor the API schema has them. Throws an Error that lists every reason for which they do not compose.
 */
export function composeShapes(shapes: readonly Shape[]): Composition {
  const documents = shapes.map((shape) => ({ name: shape.name, typeDefs: parseShape(shape) }));
  const result = composeServices(
    documents.map((document) => ({ ...document, url: `shape:${document.name}` })),
  );
  if (result.errors) {
    const names = shapes.map((shape) => shape.name).join(', ');
    const reasons = result.errors.map((error) => `\n- ${error.message} (${String(error.extensions.code)})`);
    throw new Error(`Expected shapes that compose, got ${names}:${reasons.join('')}`);
  }
  return {
    supergraphSdl: result.supergraphSdl,
    access: readAccess(documents.map((document) => document.typeDefs)),
  };
}
