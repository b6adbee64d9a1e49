import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';

/** A process of known cost: told by messages what to use, it says what it has used. */
process.on('message', ({ cpuMs, memoryMb, diskMb, file }: KnownLoad) => {
  const before = process.cpuUsage();
  const held = Buffer.alloc(memoryMb * 1_048_576, 1);
  const block = Buffer.alloc(1_048_576, 2);
  const disk = openSync(file, 'w');
  for (let count = 0; count < diskMb; count += 1) writeSync(disk, block);
  fsyncSync(disk);
  closeSync(disk);
  const used = () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  };
  while (used() < cpuMs);
  process.send?.({ cpuMs: used(), memoryBytes: process.memoryUsage.rss(), held: held.length });
});

export interface KnownLoad {
  readonly cpuMs: number;
  readonly memoryMb: number;
  readonly diskMb: number;
  readonly file: string;
}
