import type { StreamHub, StreamRequest } from '../../gateway/subscribe/stream-hub.ts';
import type { StreamEnd, StreamReader } from '../../gateway/subscribe/stream-reader.ts';

/** A reader that a test reads when it likes. */
export interface TestReader {
  /** What has been read: the event's data. */
  readonly events: unknown[];
  readonly end: StreamEnd | undefined;
  /** Reads at most that many steps of what is there now; how many there were. */
  readNow(steps?: number): number;
  /** Reads until the condition holds, waiting for more where there is none. */
  readUntil(condition: () => boolean): Promise<void>;
  close(): void;
}

/** Joins a stream; throws when there can be none. */
export function openReader(hub: StreamHub, request: Omit<StreamRequest, 'wake'>): TestReader {
  let wake: (() => void) | undefined;
  const reader = hub.open({ ...request, wake: () => wake?.() });
  if ('errors' in reader) throw new Error(JSON.stringify(reader.errors));
  const events: unknown[] = [];
  let end: StreamEnd | undefined;

  const readNow = (steps = Infinity): number => {
    let read = 0;
    while (read < steps) {
      const step = reader.read();
      if (!step) break;
      read += 1;
      if (step.kind === 'end') end = step;
      else events.push(dataOf(step.json));
    }
    return read;
  };
  return {
    events,
    get end() {
      return end;
    },
    readNow,
    readUntil: async (condition) => {
      for (;;) {
        const woken = new Promise<void>((resolve) => (wake = resolve));
        readNow();
        if (condition()) return;
        await woken;
      }
    },
    close: () => closeReader(reader),
  };
}

function closeReader(reader: StreamReader): void {
  reader.close();
}

function dataOf(json: string): unknown {
  const payload: unknown = JSON.parse(json);
  return payload && typeof payload === 'object' && 'data' in payload ? unwrap(payload.data) : payload;
}

function unwrap(data: unknown): unknown {
  return data && typeof data === 'object' && 'event' in data ? data.event : data;
}
