import { publishedSdl } from '../../schema/read-sdl.ts';
import type { ExecutableShape } from '../../wire/executable-shape.ts';
import { type ShapeOptions, createExecutableShape } from '../serve/create-executable-shape.ts';
import { type TrafficServices, createTrafficResolvers } from './resolvers.ts';

/** The subgraph `traffic`: what passes between agents. */
export function createTrafficSubgraph(
  services: TrafficServices,
  onFault: ShapeOptions['onFault'],
): ExecutableShape {
  return createExecutableShape({
    name: 'traffic',
    sdl: publishedSdl('traffic'),
    resolvers: createTrafficResolvers(services),
    onFault,
  });
}
