import { readFileSync } from 'node:fs';

/** What the kernel has of a process (proc(5)). */
export interface ProcReading {
  /** When it started, in the kernel's own time: another process with the same PID has another one. */
  readonly startTicks: number;
  readonly cpuMs: number;
  readonly rssBytes: number;
  /** Its main thread waits for something that is not the CPU. */
  readonly isSleeping: boolean;
}

/** Bytes of the block device, since the process started. */
export interface ProcDiskReading {
  readonly readBytes: number;
  readonly writtenBytes: number;
}

/** USER_HZ: Linux shows times in hundredths of a second on every architecture that Node runs on. */
const msPerTick = 10;

/** Undefined where there is no such process (any more), or nothing can be known of it (not Linux, or /proc is closed). */
export function readProc(pid: number | 'self'): ProcReading | undefined {
  const stat = readFile(pid, 'stat');
  const rssKb = numberAfter(readFile(pid, 'status'), 'VmRSS:');
  // The name in parentheses may hold anything, so fields are counted from the last parenthesis: state is the 3rd, utime the 14th, stime the 15th,
  // starttime the 22nd (proc_pid_stat(5)).
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  const [userTicks, systemTicks, startTicks] = [fields[11], fields[12], fields[19]].map(Number);
  if (rssKb === undefined || userTicks === undefined || systemTicks === undefined) return undefined;
  if (startTicks === undefined || !Number.isFinite(userTicks + systemTicks + startTicks)) return undefined;
  return {
    startTicks,
    cpuMs: (userTicks + systemTicks) * msPerTick,
    rssBytes: rssKb * 1_024,
    isSleeping: fields[0] === 'S',
  };
}

/** Undefined as `readProc`, and for a process of somebody else. */
export function readProcDisk(pid: number | 'self'): ProcDiskReading | undefined {
  const io = readFile(pid, 'io');
  const readBytes = numberAfter(io, '\nread_bytes:');
  const writtenBytes = numberAfter(io, '\nwrite_bytes:');
  return readBytes === undefined || writtenBytes === undefined ? undefined : { readBytes, writtenBytes };
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
