import type { LogLine } from './history.ts';

const pattern = /^#(\d+) (\d+) (\S+) (?:(start|leaves|arrived)|message (\d+) (\S+) (\d+)|timer (\d+))$/;

/** Undefined for a line that is not the program's, such as why a move was given up. */
export function parseLogLine(text: string): LogLine | undefined {
  const parts = pattern.exec(text);
  if (!parts) return undefined;
  const [, input, epoch, node = '', kind, sequence, series = '', number, timer] = parts;
  return { input: Number(input), epoch: Number(epoch), node, what: whatOf() };

  function whatOf(): LogLine['what'] {
    if (kind === 'start' || kind === 'leaves' || kind === 'arrived') return { kind };
    if (timer !== undefined) return { kind: 'timer', number: Number(timer) };
    return { kind: 'message', sequence: Number(sequence), series, number: Number(number) };
  }
}
