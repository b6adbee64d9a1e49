import { publishedSdl } from '../../schema/read-sdl.ts';
import type { ExecutableShape } from '../../wire/executable-shape.ts';
import { type ShapeOptions, createExecutableShape } from '../serve/create-executable-shape.ts';
import { createRegistryResolvers } from './resolvers.ts';
import type { RegistryServices } from './services.ts';

/** The subgraph `registry`: nodes, people, where agents live, the library. */
export function createRegistrySubgraph(
  services: RegistryServices,
  onFault: ShapeOptions['onFault'],
): ExecutableShape {
  return createExecutableShape({
    name: 'registry',
    sdl: publishedSdl('registry'),
    resolvers: createRegistryResolvers(services),
    onFault,
  });
}
