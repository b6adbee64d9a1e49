import { limits } from '../../schema/limits.ts';

/** The offset at which JSON nests deeper than is allowed; undefined when it does not. Does not recurse, so any text may be given. */
export function findTooDeep(text: string): number | undefined {
  let depth = 0;
  let isInString = false;
  for (let offset = 0; offset < text.length; offset += 1) {
    const character = text[offset];
    if (isInString) {
      if (character === '\\') offset += 1;
      // A string that is not closed ends at its line.
      else if (character === '"' || character === '\n' || character === '\r') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    if (depth > limits.maxJsonDepth) return offset;
  }
  return undefined;
}
