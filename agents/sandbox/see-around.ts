import type { Sight } from '../agent-runtime.ts';
import type { SandboxAgent } from './sandbox-state.ts';

/** What `look()` shows somebody who is at this place: the place itself, what stands there, and who is there. */
export function seeAround(
  location: string | null,
  places: readonly Sight[],
  agents: readonly Readonly<SandboxAgent>[],
): readonly Sight[] {
  if (location === null) return [];
  const isHere = ({ id, data }: Sight): boolean =>
    id === location ||
    (typeof data === 'object' && data !== null && 'location' in data && data.location === location);
  const present = agents
    .filter((agent) => agent.location === location)
    .map(({ id, owner }): Sight => {
      return { id, type: 'AVATAR', name: id.slice(owner.length + 1), owner, data: { location } };
    });
  return [...places.filter(isHere), ...present];
}
