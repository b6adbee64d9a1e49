/** Tells a sender and a recipient together. */
export function pairKey({ source, inbox }: { readonly source: string; readonly inbox: string }): string {
  // Neither a person's name nor an agent's id has a space.
  return `${source} ${inbox}`;
}
