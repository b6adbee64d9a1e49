// Small, without dependencies on Node, and the way in which everybody reads source maps.
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';

/** In QuickJS the program has this name, and nothing else has. */
export const programFile = 'agent.js';

/**
 * Turns what QuickJS says of an error into what its author can use: only lines of the program, with the author's own files and lines. The code says
 * by a comment in its last lines whose they are: `sourceURL` where lines are kept, an inline `sourceMappingURL` where files were bundled.
 */
export function authorLines(description: string, code: string): string {
  const place = createPlaces(code);
  return description
    .split('\n')
    .flatMap((line) => {
      if (!line.startsWith('    at ')) return [line];
      const match = /agent\.js:(\d+)(?::(\d+))?/.exec(line);
      if (match === null) return [];
      const name = /^ {4}at ([^\s(]+) \(/.exec(line)?.[1];
      const at = place(Number(match[1]), Number(match[2] ?? 1));
      return [name === undefined || name === '<anonymous>' ? `    at ${at}` : `    at ${name} (${at})`];
    })
    .join('\n')
    .trimEnd();
}

function createPlaces(code: string): (line: number, column: number) => string {
  const tail = code.slice(code.lastIndexOf('\n//# source') + 1);
  const mapped = /^\/\/# sourceMappingURL=data:application\/json[^,]*;base64,(\S+)/.exec(tail)?.[1];
  const named = /^\/\/# sourceURL=(\S+)/.exec(tail)?.[1] ?? programFile;
  if (mapped === undefined) return (line, column) => `${named}:${line}:${column}`;
  const map = readMap(mapped);
  return (line, column) => {
    const found = map === undefined ? undefined : originalPositionFor(map, { line, column: column - 1 });
    return found?.source == null
      ? `${named}:${line}:${column}`
      : `${found.source}:${found.line}:${found.column + 1}`;
  };
}

/** Somebody may have sent code with a map that is none; then its own lines have to do. */
function readMap(base64: string): TraceMap | undefined {
  try {
    return new TraceMap(new TextDecoder().decode(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))));
  } catch {
    return undefined;
  }
}
