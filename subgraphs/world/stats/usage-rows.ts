import { ownerOfAgent } from '../../../wire/ids.ts';
import type { AgentUsage } from './agent-meter.ts';
import type { ProcessUsage } from './process-meter.ts';

const bytesPerMb = 1_048_576;

/** What a process of agents used, as a row of `resource_usage`. */
export function toProcessRow(usage: ProcessUsage) {
  return {
    username: usage.owner,
    process_pid: usage.pid,
    cpu_percent: usage.cpuPercent,
    memory_usage: usage.memoryBytes / bytesPerMb,
    network_sent: usage.networkSentBytes,
    network_received: usage.networkReceivedBytes,
    disk_read: usage.diskReadBytes,
    disk_write: usage.diskWriteBytes,
  };
}

interface AgentRowContext {
  /** Since the sample before; undefined for the first. */
  readonly forMs: number | undefined;
  readonly agentProcesses: readonly ProcessUsage[];
}

/** What an agent used, as a row of `resource_usage`. */
export function toAgentRow(usage: AgentUsage, { forMs, agentProcesses }: AgentRowContext) {
  const owner = ownerOfAgent(usage.agent) ?? usage.agent;
  return {
    agent_id: usage.agent,
    username: owner,
    process_pid: agentProcesses.find((process) => process.owner === owner)?.pid ?? 0,
    cpu_percent: forMs !== undefined && forMs > 0 ? (100 * usage.cpuMs) / forMs : 0,
    cpu_ms: usage.cpuMs,
    memory_usage: 0,
    network_sent: usage.sentBytes,
    network_received: usage.receivedBytes,
    disk_read: 0,
    disk_write: 0,
    messages_sent: usage.messagesSent,
    messages_received: usage.messagesReceived,
    log_lines: usage.logLines,
  };
}
