import { readSdl } from '../../schema/read-sdl.ts';
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
    sdl: readSdl('registry'),
    directives: `${readSdl('fleet')}\n${readSdl('access')}`,
    resolvers: createRegistryResolvers(services),
    onFault,
  });
}
