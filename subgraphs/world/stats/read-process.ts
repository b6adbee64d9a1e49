import { readProc, readProcDisk } from '../../../wire/read-proc.ts';

/** What a process has used since it started, and what it holds now. */
export interface ProcessReading {
  readonly pid: number;
  /** When it started, in the kernel's own time: another process with the same PID has another one. */
  readonly startTicks: number;
  readonly cpuMs: number;
  readonly memoryBytes: number;
  readonly diskReadBytes: number;
  readonly diskWriteBytes: number;
}

const blockBytes = 512;

/** Reads /proc of this process; where that is missing (not Linux) or closed, what Node itself knows. */
export function readProcess(): ProcessReading {
  const { user, system } = process.cpuUsage();
  const { fsRead, fsWrite } = process.resourceUsage();
  const known = readProc('self');
  const disk = readProcDisk('self');
  return {
    pid: process.pid,
    startTicks: known?.startTicks ?? 0,
    cpuMs: known?.cpuMs ?? (user + system) / 1_000,
    memoryBytes: known?.rssBytes ?? process.memoryUsage.rss(),
    // ru_inblock and ru_oublock count the same in blocks.
    diskReadBytes: disk?.readBytes ?? fsRead * blockBytes,
    diskWriteBytes: disk?.writtenBytes ?? fsWrite * blockBytes,
  };
}

/** Reads /proc of another process; undefined when there is none (any more), or none that may be looked at. What only its disk counters hide is 0. */
export function readProcessOf(pid: number): ProcessReading | undefined {
  const known = readProc(pid);
  if (!known) return undefined;
  const { startTicks, cpuMs, rssBytes: memoryBytes } = known;
  const disk = readProcDisk(pid);
  return {
    pid,
    startTicks,
    cpuMs,
    memoryBytes,
    diskReadBytes: disk?.readBytes ?? 0,
    diskWriteBytes: disk?.writtenBytes ?? 0,
  };
}
