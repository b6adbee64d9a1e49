import type { AgentStatus } from '../../../schema/generated/world.ts';
import { codedError } from '../../../wire/coded-error.ts';
import { type Viewer, hasRole } from '../../../wire/viewer.ts';
import { assertOwner } from '../assert-owner.ts';
import type { AgentRow, ModerationRow } from '../database.ts';
import { readReason } from '../moderation/moderation-book.ts';
import type { AgentDesk } from './agent-desk.ts';
import { agentMoving } from './agent-moving.ts';

export interface StatusRequest {
  readonly id: string;
  readonly status: AgentStatus;
  readonly reason: string | null | undefined;
}

/**
 * Starts or stops an agent. BAD_USER_INPUT, FORBIDDEN for who is neither its owner nor an admin and for the owner of one that an admin holds, AGENT_MOVING while it
 * moves, USER_DISABLED, HOSTING_REFUSED. The decision of an admin about somebody else's agent, to be noted, where it was one.
 */
export async function changeStatus(
  { store, agentLog, hosting, running }: AgentDesk,
  viewer: Viewer,
  { id, status, reason: given }: StatusRequest,
): Promise<Pick<ModerationRow, 'action' | 'reason'> | undefined> {
  const row = await store.get(id);
  assertOwner(viewer, row.owner);
  if (status !== 'RUNNING' && status !== 'STOPPED') {
    throw codedError('BAD_USER_INPUT', `Expected RUNNING or STOPPED, got ${status}`);
  }
  const reason = readReason(given);
  const isModerated = viewer.username !== row.owner;
  if (status === 'RUNNING') assertReleased(viewer, row);
  // In the same turn as the write: an owner disabled later has the agent stopped behind it.
  if (status === 'RUNNING') hosting.assertWelcome(row.owner);
  const heldBy = status === 'RUNNING' ? null : isModerated && reason !== null ? viewer.username : row.held_by;
  const kept = heldBy !== null && !isModerated ? row.status_reason : reason;
  if (!(await store.setStatus(id, { status, reason: kept, heldBy }))) throw agentMoving(id);
  const because = reason === null ? '' : `: ${reason}`;
  if (status !== row.status) await agentLog.append(id, 'info', `Status: ${status}${because}`);
  running.freshen(id);
  return isModerated ? { action: status === 'RUNNING' ? 'STARTED' : 'STOPPED', reason } : undefined;
}

/** Throws FORBIDDEN for an agent that an admin has stopped, with a reason, unless it is an admin who asks. */
function assertReleased(viewer: Viewer, { agent_id: id, held_by: heldBy, status_reason: reason }: AgentRow) {
  if (heldBy === null || hasRole(viewer, 'ADMIN')) return;
  throw codedError('FORBIDDEN', `${heldBy} has stopped ${id}: ${reason ?? ''}`);
}
