/** The seed of an agent's input with this number: 32 bits, always the same for the same two, and unlike those of its neighbours (murmur3's mixing). */
export function inputSeed(seed: number, run: number): number {
  let mixed = (seed ^ Math.imul(run, 0x9e3779b1)) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
