/**
 * TypeScript with blanks in place of its types, so that lines and columns stay what their author wrote. `onMeaning` is told where types mean something at
 * run time (enums, namespaces, parameter properties), which cannot be left out.
 */
export async function stripTypes(source: string, onMeaning: (position: number) => void): Promise<string> {
  // It brings the whole compiler: half a second that only those should wait for who deploy something.
  const { default: tsBlankSpace } = await import('ts-blank-space');
  return tsBlankSpace(source, ({ pos }) => onMeaning(pos));
}
