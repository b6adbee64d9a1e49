import { type DocumentNode, Kind, concatAST, parse } from 'graphql';
import { readSdl } from '../../schema/read-sdl.ts';

/** A subgraph as its publisher wrote it; the definitions of our own directives may be left out. */
export interface Shape {
  readonly name: string;
  readonly sdl: string;
}

/** Parses a shape's SDL and adds the definitions of the fleet's and the access directives that it does not have itself. */
export function parseShape(shape: Shape): DocumentNode {
  const document = parse(shape.sdl);
  const defined = new Set<string>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.DIRECTIVE_DEFINITION) defined.add(definition.name.value);
  }
  const ours = parse(`${readSdl('fleet')}\n${readSdl('access')}`);
  const missing = ours.definitions.filter(
    (definition) => definition.kind === Kind.DIRECTIVE_DEFINITION && !defined.has(definition.name.value),
  );
  return concatAST([document, { kind: Kind.DOCUMENT, definitions: missing }]);
}
