import type { AgentEffect } from '../agent-runtime.ts';
import type { SandboxAgent, SandboxReport } from './sandbox-state.ts';

interface EffectsOptions {
  readonly now: number;
  readonly report: (report: SandboxReport) => void;
  /** False when there is nobody with that id. */
  readonly deliver: (to: string, body: unknown) => boolean;
  /** Who is where the agent is, and takes messages. */
  readonly hearers: () => readonly string[];
}

/** What an agent of the sandbox has asked for happens, in the order in which it asked. */
export function applyEffects(
  agent: SandboxAgent,
  effects: readonly AgentEffect[],
  { now, report, deliver, hearers }: EffectsOptions,
): void {
  const tell = (kind: SandboxReport['kind'], text: string): void => report({ agent: agent.id, kind, text });
  for (const effect of effects) {
    switch (effect.kind) {
      case 'log':
        report({ agent: agent.id, kind: 'log', level: effect.level, text: effect.text });
        break;
      case 'send': {
        const isDelivered = deliver(effect.to, effect.body);
        const to = isDelivered ? effect.to : `${effect.to} (who is not in this sandbox)`;
        tell('send', `to ${to}: ${JSON.stringify(effect.body)}`);
        break;
      }
      case 'say':
        tell('say', effect.text);
        for (const hearer of hearers()) deliver(hearer, { said: effect.text, at: agent.location });
        break;
      case 'enter':
        agent.location = effect.location;
        tell('enter', effect.location);
        break;
      case 'leave':
        agent.location = null;
        tell('leave', '');
        break;
      case 'move':
        agent.pending.push({ kind: 'beforeMove', to: effect.to }, { kind: 'afterMove', from: agent.node });
        tell('move', effect.to);
        break;
      case 'after':
        agent.timers.push({ id: effect.timer, dueAt: now + effect.ms, payload: effect.payload });
        agent.timers.sort((a, b) => a.dueAt - b.dueAt);
        break;
      case 'cancel': {
        const at = agent.timers.findIndex(({ id }) => id === effect.timer);
        if (at >= 0) agent.timers.splice(at, 1);
        break;
      }
      default:
        effect satisfies never;
    }
  }
}
