import { errorShape } from '../../protocol/index.ts';
import type { IntentOf } from '../state/events.ts';
import {
  isActiveCall,
  type ActiveCall,
  type EngineState,
  type MediaStatus,
} from '../state/call-state.ts';
import {
  chain,
  failIntent,
  resolveIntent,
  result,
  withCall,
  withError,
  withoutError,
  type TransitionResult,
} from '../state/transition-result.ts';
import { enterMedia } from './media-join.ts';

/**
 * Media that does not connect. The engine continues to try (media-retry.ts); after MEDIA_ABSENCE_MS of a connected call
 * without media, the user gets an error and the server a report, once until media connects or the user tries again.
 */

/** Records when media went missing in a connected call, and when it is back. */
export function trackMediaAbsence(state: EngineState, at: number): EngineState {
  const { call } = state;
  if (!isActiveCall(call)) return state;
  const { absence } = call.media;
  if (isMissing(call) === (absence !== null)) return state;
  return withMedia(state, call, {
    absence: absence === null ? { since: at, reported: false } : null,
  });
}

function isMissing({ phase, media: { status, absence } }: ActiveCall): boolean {
  if (phase !== 'in-call') return false;
  switch (status) {
    case 'joining':
    case 'retrying':
    case 'interrupted':
      return true;
    // A pending command depends on the call server, and only the next step on the media server.
    case 'requesting-access':
      return absence !== null;
    default:
      return false;
  }
}

export function onMediaAbsence(state: EngineState): TransitionResult {
  const { call } = state;
  if (!isActiveCall(call) || call.media.absence === null) return result(state);
  const { failure, absence } = call.media;
  const { callId } = call.view;
  const reported = withMedia(state, call, { absence: { ...absence, reported: true } });
  return chain(
    withError(reported, 'media', failure ?? errorShape('media-failed'), callId),
    (next) =>
      result(next, [
        {
          type: 'send-command',
          id: null,
          command: { type: 'media-failed', callId },
          delivery: 'interactive',
        },
      ]),
  );
}

export function onRetryMedia(
  state: EngineState,
  { intentId }: IntentOf<'retry-media'>,
): TransitionResult {
  const { call } = state;
  if (!isActiveCall(call)) return failIntent(state, intentId, 'wrong-state', 'not in a call');
  const done = resolveIntent(intentId);
  const { status, absence } = call.media;
  if (absence === null) return result(state, [done]);
  const media: MediaStatus = { ...call.media, failures: 0, absence: null };
  const known = withoutError(withCall(state, { ...call, media }), 'media');
  // The media library restores the connection already.
  if (status === 'interrupted') return result(known, [done]);
  return chain(enterMedia(known, { ...call, media }), (next) => result(next, [done]));
}

function withMedia(
  state: EngineState,
  call: ActiveCall,
  change: Partial<MediaStatus>,
): EngineState {
  return withCall(state, { ...call, media: { ...call.media, ...change } });
}
