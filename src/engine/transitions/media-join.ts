import type { CallView, MediaAccess } from '../../protocol/index.ts';
import type { CallEffect } from '../state/effects.ts';
import type { EngineState, MediaStatus, ActiveCall } from '../state/call-state.ts';
import { result, withCall, type TransitionResult } from '../state/transition-result.ts';

/** The steps on the way into the media room; the diagram is on MediaStatus. */
export const INITIAL_MEDIA: MediaStatus = {
  status: 'awaiting-ack',
  attempt: 0,
  epoch: -1,
  failures: 0,
  retryAt: null,
  wasJoined: false,
};

/** Asks the server for a token; what was under way no longer counts. */
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
  const { mediaType } = activeCall.view;
  const media: MediaStatus = { ...activeCall.media, status: 'joining', attempt, retryAt: null };
  return {
    activeCall: { ...activeCall, media },
    effects: [{ type: 'join-media', attempt, access, mediaType }],
  };
}

/** One try has failed, or what had been reached is gone: once more, after the pause that is due. */
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

/** The server made the room anew: whoever is in the old one is alone there. */
export function isRoomReplaced(activeCall: ActiveCall, view: CallView): boolean {
  const { status, epoch } = activeCall.media;
  return (
    status !== 'awaiting-ack' &&
    status !== 'failed' &&
    status !== 'suspended' &&
    epoch < view.mediaEpoch
  );
}

/**
 * How long to wait before going into the media room again, by failures in a row. The first try is
 * immediate and the pause stays short: a call is worth an attempt every two seconds as long as it lives.
 */
const DELAYS_MS = [0, 500, 1000];
const LAST_DELAY_MS = 2000;

export function mediaRetryDelayMs(failures: number): number {
  return DELAYS_MS[failures] ?? LAST_DELAY_MS;
}
