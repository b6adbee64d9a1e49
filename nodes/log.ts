import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

export type Log = Logger;

/** Logs to standard error: lines for people on a terminal, JSON lines elsewhere. */
export function createLog(options: { readonly name: string; readonly level: string }): Log {
  const stream = process.stderr.isTTY
    ? pretty({ destination: 2, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss', sync: true })
    : pino.destination({ fd: 2, sync: true });
  return pino({ name: options.name, level: options.level }, stream);
}
