import { onlyNodePresence } from '../calls/presence.ts';
import type { Presence } from '../calls/presence.ts';
import type { MediaPresence } from '../media/media-presence.ts';
import type { Hub } from '../signalling/hub.ts';

/** Presence where this process is the only node: the hub knows every session. */
export function localPresence(hub: Hub, media: MediaPresence): Presence {
  return onlyNodePresence(
    (userId, sessionId) => ({
      signalling: hub.isConnected(userId, sessionId),
      leaving: hub.isLeaving(userId, sessionId),
      media: media.of(userId, sessionId),
    }),
    (userId, sessionId) =>
      hub.sessionsOf(userId).filter((one) => one.sessionId !== sessionId).length,
    (userId) => hub.canAnswer(userId),
  );
}
