import { readFileSync } from 'node:fs';

/** The unit of /proc/PID/stat; Linux shows it as 100 per second to everybody. */
const tickMs = 10;
const pageBytes = 4_096;

export interface ProcReading {
  readonly cpuMs: number;
  readonly rssBytes: number;
  /** Its main thread waits for something that is not the CPU. */
  readonly isSleeping: boolean;
}

/** What the kernel has of a process; undefined where it cannot be known. */
export function readProc(pid: number): ProcReading | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name before it may contain anything, blanks and brackets too.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [userTicks, systemTicks, pages] = [fields[11], fields[12], fields[21]].map(Number);
    if (userTicks === undefined || systemTicks === undefined || pages === undefined) return undefined;
    return {
      cpuMs: (userTicks + systemTicks) * tickMs,
      rssBytes: pages * pageBytes,
      isSleeping: fields[0] === 'S',
    };
  } catch {
    return undefined;
  }
}
