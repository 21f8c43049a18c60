import type * as livekit from './livekit-client.ts';

import { CallError } from '../../engine/api/call-error.ts';

export type Livekit = typeof livekit;

let loading: Promise<Livekit> | null = null;

/**
 * LiveKit's library, fetched when first asked for: it is larger than all the rest together, and most
 * page views never see a call.
 *
 * @throws {CallError} media-failed; the next call tries again.
 */
export function loadLivekit(): Promise<Livekit> {
  loading ??= import('./livekit-client.ts').then(configure, (cause: unknown) => {
    loading = null;
    throw new CallError('media-failed', 'the media could not be fetched', { cause });
  });
  return loading;
}

function configure(library: Livekit): Livekit {
  // Its log lines carry addresses, SDP and identities: none of that belongs in a host page's console.
  library.setLogLevel('silent');
  // With it, a room waits to be garbage before it stops listening for new devices, and that listener keeps
  // the room from ever being garbage (livekit-client 2.23): each call would leave one behind. Without it,
  // leaving the room takes the listener away.
  library.Room.cleanupRegistry = false;
  return library;
}
