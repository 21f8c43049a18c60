import type { RemoteTrack, Room } from 'livekit-client';

import type { Livekit } from './library.ts';

/** Uses of livekit-client 2.23 that are not part of its documented API (docs/decisions/0014). */

/**
 * With the registry, a room removes its `devicechange` listener only when it is garbage collected, and the
 * listener keeps the room from being collected: each call leaks one room. Without it, disconnecting
 * removes the listener (Room.ts, "cleanupRegistry").
 *
 * Tested by "a failed join releases everything" in test/adapters/leaving.test.ts.
 */
export function removeDeviceListenersOnDisconnect(library: Livekit): void {
  library.Room.cleanupRegistry = false;
}

/**
 * LiveKit publishes a remote track up to 50 ms after it arrives, because it polls its connection state at
 * that interval. A video attached on arrival shows the first received frame. The id of a stream is
 * `participantSid|trackSid`.
 *
 * Tested by "a video is attached as soon as its track arrives" in test/adapters/livekit-media.test.ts.
 */
export function onTrackArrived(
  engine: Room['engine'],
  callback: (track: MediaStreamTrack, trackSid: string) => void,
): void {
  engine.on('mediaTrackAdded', (track, stream) => {
    const trackSid = stream.id.split('|')[1];
    if (trackSid !== undefined) callback(track, trackSid);
  });
}

/**
 * LiveKit creates the peer connection and the interval of its data channel before the server responds, and
 * counts its engine as closed until then: closing that engine leaves both open (RTCEngine.ts, "close").
 *
 * Tested by "a leave at any moment of a join releases everything" in test/adapters/leaving.test.ts.
 */
export async function closeUnansweredEngine(engine: Room['engine']): Promise<void> {
  await engine.cleanupPeerConnections();
  engine.cleanupLossyDataStats();
}

/**
 * LiveKit reads the statistics of each received track every two seconds, for its `currentBitrate` only, which is not
 * used here. In a call of 16 that is as much work as the monitor's own (RemoteTrack.ts, "startMonitor").
 *
 * Tested by "LiveKit reads no statistics of received tracks" in test/adapters/livekit-media.test.ts.
 */
export function stopBitrateMonitor(track: RemoteTrack): void {
  track.stopMonitor();
}
