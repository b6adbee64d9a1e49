import { readFileSync } from 'node:fs';

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

/** USER_HZ: Linux shows times in hundredths of a second on every architecture that Node runs on. */
const msPerTick = 10;
const blockBytes = 512;

/** Reads /proc of this process; where that is missing (not Linux) or closed, what Node itself knows. */
export function readProcess(): ProcessReading {
  const { user, system } = process.cpuUsage();
  const { fsRead, fsWrite } = process.resourceUsage();
  const known = readProc('self');
  return {
    pid: process.pid,
    startTicks: known.startTicks ?? 0,
    cpuMs: known.cpuMs ?? (user + system) / 1_000,
    memoryBytes: known.memoryBytes ?? process.memoryUsage.rss(),
    // Bytes of the block device; ru_inblock and ru_oublock count the same in blocks.
    diskReadBytes: known.diskReadBytes ?? fsRead * blockBytes,
    diskWriteBytes: known.diskWriteBytes ?? fsWrite * blockBytes,
  };
}

/** Reads /proc of another process; undefined when there is none (any more), or none that may be looked at. What only its disk counters hide is 0. */
export function readProcessOf(pid: number): ProcessReading | undefined {
  const { startTicks, cpuMs, memoryBytes, diskReadBytes = 0, diskWriteBytes = 0 } = readProc(pid);
  if (startTicks === undefined || cpuMs === undefined || memoryBytes === undefined) return undefined;
  return { pid, startTicks, cpuMs, memoryBytes, diskReadBytes, diskWriteBytes };
}

type PartialReading = { readonly [Key in keyof ProcessReading]?: ProcessReading[Key] | undefined };

function readProc(pid: number | 'self'): PartialReading {
  // The name in parentheses may hold anything, so fields are counted from the last parenthesis: state is the 3rd, utime the 14th, stime the 15th,
  // starttime the 22nd (proc_pid_stat(5)).
  const stat = readFile(pid, 'stat');
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields?.[11]) + Number(fields?.[12]);
  const startTicks = Number(fields?.[19]);
  const memory = numberAfter(readFile(pid, 'status'), 'VmRSS:');
  const io = readFile(pid, 'io');
  return {
    startTicks: Number.isFinite(startTicks) ? startTicks : undefined,
    cpuMs: Number.isFinite(ticks) ? ticks * msPerTick : undefined,
    memoryBytes: memory === undefined ? undefined : memory * 1024,
    diskReadBytes: numberAfter(io, '\nread_bytes:'),
    diskWriteBytes: numberAfter(io, '\nwrite_bytes:'),
  };
}

function numberAfter(text: string | undefined, label: string): number | undefined {
  if (text === undefined) return undefined;
  const start = text.indexOf(label);
  const value = Number.parseInt(text.slice(start + label.length), 10);
  return start >= 0 && Number.isFinite(value) ? value : undefined;
}

function readFile(pid: number | 'self', file: 'stat' | 'status' | 'io'): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return undefined;
  }
}
