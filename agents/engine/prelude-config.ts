import { limits } from '../../schema/limits.ts';
import type { AgentImage, AgentKey } from '../agent-runtime.ts';
import type { PreludeConfig } from './prelude.ts';

/** What an agent's prelude has to know of it. */
export function preludeConfig({
  key,
  image,
}: {
  readonly key: AgentKey;
  readonly image: AgentImage;
}): PreludeConfig {
  return {
    self: {
      id: key.agent,
      owner: key.owner,
      name: key.agent.slice(key.agent.indexOf('/') + 1),
      epoch: key.epoch,
    },
    memory: image.memory,
    secrets: image.secrets,
    limits: {
      effects: limits.maxAgentEffects,
      logLines: limits.maxLogLinesPerInput,
      logLineLength: limits.maxLogLineLength,
      saidLength: limits.maxSaidLength,
      messageBytes: limits.maxMessageBytes,
      outputLength: limits.maxAgentOutputLength,
      timerMs: limits.maxTimerMs,
      idLength: limits.maxAgentIdLength,
    },
  };
}
