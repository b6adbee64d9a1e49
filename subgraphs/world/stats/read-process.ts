import { readFileSync } from 'node:fs';

/** What this process has used since it started, and what it holds now. */
export interface ProcessReading {
  readonly pid: number;
  readonly cpuMs: number;
  readonly memoryBytes: number;
  readonly diskReadBytes: number;
  readonly diskWriteBytes: number;
}

/** USER_HZ: Linux shows times in hundredths of a second on every architecture that Node runs on. */
const msPerTick = 10;

/** Reads /proc; where that is missing (not Linux) or closed, what Node itself knows. */
export function readProcess(): ProcessReading {
  const status = readProc('status');
  const io = readProc('io');
  const memory = numberAfter(status, 'VmRSS:');
  return {
    pid: process.pid,
    cpuMs: readCpuMs(),
    memoryBytes: memory === undefined ? process.memoryUsage.rss() : memory * 1024,
    // Bytes of the block device; ru_inblock and ru_oublock count the same in blocks.
    diskReadBytes: numberAfter(io, '\nread_bytes:') ?? process.resourceUsage().fsRead * blockBytes,
    diskWriteBytes: numberAfter(io, '\nwrite_bytes:') ?? process.resourceUsage().fsWrite * blockBytes,
  };
}

const blockBytes = 512;

function readCpuMs(): number {
  // The name in parentheses may hold anything, so fields are counted from the last parenthesis: state is the 3rd, utime the 14th, stime the 15th.
  const stat = readProc('stat');
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields?.[11]) + Number(fields?.[12]);
  if (Number.isFinite(ticks)) return ticks * msPerTick;
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function numberAfter(text: string | undefined, label: string): number | undefined {
  if (text === undefined) return undefined;
  const start = text.indexOf(label);
  const value = Number.parseInt(text.slice(start + label.length), 10);
  return start >= 0 && Number.isFinite(value) ? value : undefined;
}

function readProc(file: 'stat' | 'status' | 'io'): string | undefined {
  try {
    return readFileSync(`/proc/self/${file}`, 'latin1');
  } catch {
    return undefined;
  }
}
