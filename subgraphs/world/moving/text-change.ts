import { z } from 'zod';

const count = z.number().int().min(0);

/** How one text becomes another: so many UTF-16 units of its beginning and of its end stay, and this is between them. */
export const textChange = z.object({ begin: count, end: count, text: z.string() });

export type TextChange = z.infer<typeof textChange>;

/** What is between the longest common beginning and end: a counter in a large text is a few characters. */
export function changeOf(before: string, now: string): TextChange {
  const most = Math.min(before.length, now.length);
  let begin = 0;
  while (begin < most && before.charCodeAt(begin) === now.charCodeAt(begin)) begin += 1;
  let end = 0;
  while (
    end < most - begin &&
    before.charCodeAt(before.length - 1 - end) === now.charCodeAt(now.length - 1 - end)
  )
    end += 1;
  return { begin, end, text: now.slice(begin, now.length - end) };
}

/** The other text; undefined for a change of a longer text than this. */
export function applyChange(before: string, { begin, end, text }: TextChange): string | undefined {
  if (begin + end > before.length) return undefined;
  return before.slice(0, begin) + text + before.slice(before.length - end);
}
