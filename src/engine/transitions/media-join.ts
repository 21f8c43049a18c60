import type { CallView, MediaAccess } from '../../protocol/index.ts';
import type { CallEffect } from '../state/effects.ts';
import type { EngineState, MediaStatus, ActiveCall } from '../state/call-state.ts';
import { mediaRetryDelayMs } from './media-retry.ts';
import { result, withCall, type TransitionResult } from '../state/transition-result.ts';

/** The steps of joining the media room. MediaStatus has the diagram. */

export const INITIAL_MEDIA: MediaStatus = {
  status: 'awaiting-ack',
  attempt: 0,
  epoch: -1,
  failures: 0,
  retryAt: null,
  wasJoined: false,
  failure: null,
  absence: null,
};

/** Requests media access from the server; the result of an earlier attempt is ignored. */
export function requestMediaAccess(activeCall: ActiveCall): {
  activeCall: ActiveCall;
  effects: readonly CallEffect[];
} {
  const { media, view } = activeCall;
  const command = { type: 'media-access', callId: view.callId } as const;
  return {
    activeCall: {
      ...activeCall,
      media: {
        ...media,
        status: 'requesting-access',
        attempt: media.attempt + 1,
        epoch: view.mediaEpoch,
        retryAt: null,
      },
    },
    effects: [
      { type: 'drop-call-commands', callId: view.callId },
      { type: 'send-command', id: null, command, delivery: 'reliable' },
    ],
  };
}

export function joinMedia(
  activeCall: ActiveCall,
  access: MediaAccess,
): { activeCall: ActiveCall; effects: readonly CallEffect[] } {
  const attempt = activeCall.media.attempt + 1;
  const { callId, mediaType } = activeCall.view;
  const media: MediaStatus = { ...activeCall.media, status: 'joining', attempt, retryAt: null };
  return {
    activeCall: { ...activeCall, media },
    effects: [{ type: 'join-media', attempt, callId, access, mediaType }],
  };
}

/** Starts the next attempt after a failed join or a lost room, after the delay of media-retry.ts. */
export function retryMedia(
  state: EngineState,
  activeCall: ActiveCall,
  at: number,
): TransitionResult {
  const delay = mediaRetryDelayMs(activeCall.media.failures);
  const failures = activeCall.media.failures + 1;
  if (delay > 0) {
    const media: MediaStatus = {
      ...activeCall.media,
      status: 'retrying',
      failures,
      retryAt: at + delay,
    };
    return result(withCall(state, { ...activeCall, media }));
  }
  return enterMedia(state, { ...activeCall, media: { ...activeCall.media, failures } });
}

export function enterMedia(state: EngineState, activeCall: ActiveCall): TransitionResult {
  const requested = requestMediaAccess(activeCall);
  return result(withCall(state, requested.activeCall), requested.effects);
}

/** The server has replaced the room, and no attempt for the new one has begun. */
export function isRoomReplaced(activeCall: ActiveCall, view: CallView): boolean {
  const { status, epoch } = activeCall.media;
  return (
    status !== 'awaiting-ack' &&
    status !== 'failed' &&
    status !== 'suspended' &&
    epoch < view.mediaEpoch
  );
}
