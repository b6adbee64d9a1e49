/** What an agent has used; network is the bodies of its messages as JSON, since it reaches nothing but its mail. */
export interface AgentUse {
  readonly cpuMs: number;
  readonly messagesReceived: number;
  readonly messagesSent: number;
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly logLines: number;
}

export interface AgentUsage extends AgentUse {
  readonly agent: string;
}

/**
 * Counts what each agent uses, in memory: nothing is written for a batch. Whoever stores takes what has come together. What is counted here and not yet
 * stored is lost when this process is killed; what an agent may use is not decided by it (running/cpu-bucket.ts).
 */
export class AgentMeter {
  /** Those that have waited longest first. */
  readonly #used = new Map<string, AgentUse>();

  add(agent: string, more: Partial<AgentUse>): void {
    const sofar = this.#used.get(agent) ?? nothing;
    this.#used.set(agent, {
      cpuMs: sofar.cpuMs + (more.cpuMs ?? 0),
      messagesReceived: sofar.messagesReceived + (more.messagesReceived ?? 0),
      messagesSent: sofar.messagesSent + (more.messagesSent ?? 0),
      receivedBytes: sofar.receivedBytes + (more.receivedBytes ?? 0),
      sentBytes: sofar.sentBytes + (more.sentBytes ?? 0),
      logLines: sofar.logLines + (more.logLines ?? 0),
    });
  }

  /** What so many agents have used since they were taken last; who has used nothing is not among them. Those that are left wait for the next time. */
  take(limit: number): readonly AgentUsage[] {
    const taken: AgentUsage[] = [];
    for (const [agent, use] of this.#used) {
      if (taken.length === limit) break;
      taken.push({ agent, ...use });
      this.#used.delete(agent);
    }
    return taken;
  }

  /** What was taken could not be stored: it counts again. */
  giveBack(usages: readonly AgentUsage[]): void {
    for (const { agent, ...use } of usages) this.add(agent, use);
  }
}

const nothing: AgentUse = {
  cpuMs: 0,
  messagesReceived: 0,
  messagesSent: 0,
  receivedBytes: 0,
  sentBytes: 0,
  logLines: 0,
};
