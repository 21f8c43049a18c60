import type { CallView, UserId } from '../protocol/index.ts';
import type { CallFacts } from './call-state.ts';
import type { Notification } from './observer.ts';
import type { Ending } from './snapshot.ts';
import { note } from './step.ts';
import { by, ownMember } from './view-facts.ts';

/**
 * The one event that ends a call for this session; `view`: where it had begun. `cancelledBy` is named where
 * it had not: the caller when the ring was taken back, else this user.
 */
export function endingNotifications(
  view: CallView | null,
  facts: CallFacts,
  { reason, byUserId, totalTimeMs, connected }: Ending,
  cancelledBy: UserId = facts.self.userId,
): readonly Notification[] {
  const { groupId, callerId, userData } = facts;
  const callId = facts.callId ?? '';
  const info = { callId, groupId, callerId, userData, reason, ...by(byUserId) };
  if (connected && view !== null) {
    const role = ownMember(view)?.role ?? 'callee';
    const { roomId, mediaType } = view;
    return [note('onCallEnd', [roomId, mediaType, role, totalTimeMs], info)];
  }
  return [
    note('onCallCancelled', [cancelledBy], info),
    note('onCallNotConnected', [callId, reason], info),
  ];
}
