import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const townSquare = {
  name: 'Town square',
  description: 'Where newcomers meet: their avatars come here, see who is there, and talk.',
};

/** Gives a network that begins a place where people meet. Nothing happens where there are places, or have been. */
export function makeTownSquare(folder: string): void {
  const entities = join(folder, 'entities');
  if (existsSync(entities)) return;
  const places = join(entities, 'shared', 'location');
  mkdirSync(places, { recursive: true });
  writeFileSync(join(places, 'town-square.json'), `${JSON.stringify(townSquare, null, 2)}\n`);
}
