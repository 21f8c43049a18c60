import type * as livekit from './livekit-client.ts';

import { removeDeviceListenersOnDisconnect } from './livekit-internals.ts';
import { CallError } from '../../engine/api/call-error.ts';

export type Livekit = typeof livekit;

let loading: Promise<Livekit> | null = null;

/**
 * LiveKit's library, loaded on first use: it is the largest part of the bundle, and most page views have
 * no call.
 *
 * @throws {CallError} media-failed; the next call tries again.
 */
export function loadLivekit(): Promise<Livekit> {
  loading ??= import('./livekit-client.ts').then(configure, (cause: unknown) => {
    loading = null;
    throw new CallError('media-failed', 'the media library cannot be loaded', { cause });
  });
  return loading;
}

function configure(library: Livekit): Livekit {
  // Its log contains addresses, SDP and identities, which must not reach the console of the host page.
  library.setLogLevel('silent');
  removeDeviceListenersOnDisconnect(library);
  return library;
}
