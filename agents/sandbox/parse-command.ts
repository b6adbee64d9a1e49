import type { SandboxEvent } from './sandbox-state.ts';

/** What a person has typed: an event, a look at something, or nothing that is understood. */
export type SandboxCommand =
  | { readonly kind: 'event'; readonly event: SandboxEvent }
  | { readonly kind: 'show'; readonly what: 'agents' | 'help' }
  | {
      readonly kind: 'show-agent';
      readonly what: 'memory' | 'inbox' | 'timers' | 'look';
      readonly agent: string;
    }
  | { readonly kind: 'quit' }
  | { readonly kind: 'unclear'; readonly why: string };

export interface ParseOptions {
  /** Whose sandbox it is: agents without an owner are theirs. */
  readonly owner: string;
  /** The id of a place that is called so. */
  readonly placeId: (name: string) => string;
}

export const sandboxHelp = [
  'send AGENT BODY      a message from you; BODY is JSON, or else taken as text',
  'tick [N]             a second passes, or N',
  'run AGENT CODE       code in the world of the agent; its value is shown',
  'enter AGENT [PLACE]  puts its avatar there; without a place, nowhere',
  'agents               who is here',
  'memory AGENT         what it remembers',
  'inbox AGENT          what it has not read',
  'timers AGENT         what it waits for',
  'look AGENT           what it sees',
  'quit',
].join('\n');

/** Reads one line of the sandbox's console. */
export function parseCommand(line: string, options: ParseOptions): SandboxCommand {
  const [, word = '', rest = ''] = /^\s*(\S*)\s*(.*?)\s*$/s.exec(line) ?? [];
  const [, first = '', second = ''] = /^(\S*)\s*(.*)$/s.exec(rest) ?? [];
  const agent = first.includes('/') ? first : `${options.owner}/${first}`;
  switch (word) {
    case 'send':
      if (first === '' || second === '') return unclear('send AGENT BODY');
      return event({ kind: 'send', to: agent, from: options.owner, body: parseBody(second) });
    case 'tick': {
      const count = rest === '' ? 1 : Number(rest);
      if (!Number.isInteger(count) || count < 1 || count > 1_000_000) return unclear('tick [N]');
      return event({ kind: 'tick', count });
    }
    case 'run':
      if (first === '' || second === '') return unclear('run AGENT CODE');
      return event({ kind: 'command', agent, text: second });
    case 'enter':
      if (first === '') return unclear('enter AGENT [PLACE]');
      return event({ kind: 'enter', agent, location: second === '' ? null : options.placeId(second) });
    case 'memory':
    case 'inbox':
    case 'timers':
    case 'look':
      return first === '' ? unclear(`${word} AGENT`) : { kind: 'show-agent', what: word, agent };
    case 'agents':
    case 'help':
      return { kind: 'show', what: word };
    case 'quit':
    case 'exit':
      return { kind: 'quit' };
    default:
      return unclear(`one of send, tick, run, enter, agents, memory, inbox, timers, look, quit`);
  }
}

function event(what: SandboxEvent): SandboxCommand {
  return { kind: 'event', event: what };
}

function unclear(expected: string): SandboxCommand {
  return { kind: 'unclear', why: `Expected ${expected}` };
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
