import type { CallView, UserId } from '../../protocol/index.ts';
import type { CallDetails } from '../state/call-state.ts';
import type { Notification } from '../api/observer.ts';
import type { Ending } from '../api/snapshot.ts';
import { notification } from '../state/transition-result.ts';
import { byUserField, ownMember } from '../state/call-view-selectors.ts';

/**
 * The terminal notifications of a call for this session: onCallEnd if it had connected (`view`),
 * otherwise onCallCancelled with `cancelledBy`, then onCallNotConnected.
 */
export function endingNotifications(
  view: CallView | null,
  details: CallDetails,
  { reason, byUserId, totalTimeMs, connected }: Ending,
  cancelledBy: UserId = details.self.userId,
): readonly Notification[] {
  const { groupId, callerId, userData } = details;
  const callId = details.callId ?? '';
  const info = { callId, groupId, callerId, userData, reason, ...byUserField(byUserId) };
  if (connected && view !== null) {
    const role = ownMember(view)?.role ?? 'callee';
    const { roomId, mediaType } = view;
    return [notification('onCallEnd', [roomId, mediaType, role, totalTimeMs], info)];
  }
  return [
    notification('onCallCancelled', [cancelledBy], info),
    notification('onCallNotConnected', [callId, reason], info),
  ];
}
