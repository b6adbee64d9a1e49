import { createInterface } from 'node:readline/promises';

/** Shows whose key answers, and waits for a person's yes; undefined where nobody sits at a terminal. */
export function confirmKey(): ((fingerprint: string) => Promise<boolean>) | undefined {
  if (!process.stdin.isTTY) return undefined;
  return async (fingerprint) => {
    const prompt = createInterface({ input: process.stdin, output: process.stderr });
    process.stderr.write(
      `The initial node shows the key\n  ${fingerprint}\nWhoever runs it sees its own by: codecraft keygen --dir FOLDER\n`,
    );
    const answer = await prompt.question('Is it the same? (yes/no) ');
    prompt.close();
    return /^y(es)?$/i.test(answer.trim());
  };
}
