import { createLocalTracks, Room, RoomEvent, Track } from 'livekit-client';

/** livekit-client and nothing else: the floor of joining and of the first frame. */
const query = new URLSearchParams(location.search);
const url = query.get('url') ?? '';
const token = query.get('token') ?? '';
const room = new Room({ adaptiveStream: true, dynacast: true });

async function enter(): Promise<void> {
  const [tracks] = await Promise.all([
    createLocalTracks({ audio: true, video: true }),
    room.connect(url, token),
  ]);
  for (const track of tracks) void room.localParticipant.publishTrack(track);
}

/** Enters, and returns the ms until a frame of another participant was shown. */
function join(): Promise<number> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    room.on(RoomEvent.TrackSubscribed, (track) => {
      if (track.kind !== Track.Kind.Video) return;
      const video = document.createElement('video');
      document.body.append(video);
      track.attach(video);
      video.requestVideoFrameCallback(() => resolve(performance.now() - started));
    });
    enter().catch(reject);
  });
}

/** Whether packets of the local video leave. */
async function sendsPicture(): Promise<boolean> {
  const [publication] = room.localParticipant.videoTrackPublications.values();
  const stats = await publication?.videoTrack?.getSenderStats?.();
  return stats?.some(({ packetsSent = 0 }) => packetsSent > 0) ?? false;
}

Object.assign(window, { bare: { enter, sendsPicture, join, close: () => room.disconnect() } });
