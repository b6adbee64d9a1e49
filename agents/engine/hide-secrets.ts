import type { AgentEffect, BatchResult, InputOutcome } from '../agent-runtime.ts';

/** Shorter values are words by chance: hiding them would only garble. */
const minHiddenLength = 8;

/**
 * Puts `[secret NAME]` in place of each value in what people get to see: log lines, errors, what is said, results, memory. It keeps secrets from
 * being shown by mistake; a program that wants to can always write them otherwise. What it sends is left alone: that is what it has them for.
 */
export function hideSecrets(secrets: Readonly<Record<string, string>>): (result: BatchResult) => BatchResult {
  const hidden = Object.entries(secrets).filter(([, value]) => value.length >= minHiddenLength);
  if (hidden.length === 0) return (result) => result;
  // The longest first, as one may be part of another.
  hidden.sort(([, a], [, b]) => b.length - a.length);
  const hide = (text: string): string =>
    hidden.reduce(
      (shown, [name, value]) =>
        shown.replaceAll(value, `[secret ${name}]`).replaceAll(escaped(value), `[secret ${name}]`),
      text,
    );
  return (result) => hideIn(result, hide);
}

function hideIn(result: BatchResult, hide: (text: string) => string): BatchResult {
  if (result.kind === 'FAILED') {
    const { text, logs } = result.failure;
    return {
      ...result,
      failure: {
        ...result.failure,
        text: hide(text),
        logs: logs.map((line) => ({ ...line, text: hide(line.text) })),
      },
    };
  }
  return {
    ...result,
    memory: result.memory === undefined ? undefined : hide(result.memory),
    outcomes: result.outcomes.map((outcome): InputOutcome => ({
      effects: outcome.effects.map((effect): AgentEffect =>
        effect.kind === 'log' || effect.kind === 'say' ? { ...effect, text: hide(effect.text) } : effect,
      ),
      result: outcome.result === undefined ? undefined : hide(outcome.result),
    })),
  };
}

/** As it stands inside a JSON text. */
function escaped(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}
