import type { LocalTrack, Room, Track, TrackPublishOptions } from 'livekit-client';

import { CallError } from '../../engine/api/call-error.ts';
import type { TrackSource, VideoEncoderParams } from '../../engine/api/ports.ts';
import { DEFAULT_FPS } from '../capture/browser-capture.ts';
import type { Livekit } from './library.ts';

/** Values of TrackSource in LiveKit's protocol, as used in permissions. */
const PERMISSION: Readonly<Record<TrackSource, number>> = { camera: 1, microphone: 2, screen: 3 };

/** The server's grant of a source and its call view travel on different connections. */
const PERMISSION_WAIT_MS = 5_000;

export interface OutgoingMedia {
  /** The tracks to publish; none: off. */
  readonly tracks: (source: TrackSource) => readonly MediaStreamTrack[];
  readonly params: () => VideoEncoderParams;
}

/**
 * Synchronises the publications of one room with the local tracks. Owns the publications, not the tracks:
 * it never stops them, so that the next room can publish the same ones.
 */
export class LivekitPublisher {
  readonly #library: Livekit;
  readonly #room: Room;
  readonly #outgoing: OutgoingMedia;
  readonly #published = new Map<TrackSource, readonly LocalTrack[]>();
  /** One operation at a time for each source. */
  readonly #work = new Map<TrackSource, Promise<void>>();
  /** Re-evaluates a wait for permission when its track is no longer wanted. */
  readonly #recheck = new Map<TrackSource, () => void>();

  constructor(library: Livekit, room: Room, outgoing: OutgoingMedia) {
    this.#library = library;
    this.#room = room;
    this.#outgoing = outgoing;
  }

  /**
   * `republish` applies new sizes and bit rates, which a publication cannot change.
   *
   * @throws {CallError} media-failed
   */
  sync(source: TrackSource, republish = false): Promise<void> {
    this.#recheck.get(source)?.();
    const earlier = this.#work.get(source) ?? Promise.resolve();
    const work = earlier
      .catch(() => undefined)
      .then(async () => {
        if (republish) await this.#unpublish(source);
        await this.#apply(source);
      });
    this.#work.set(source, work);
    return work;
  }

  async #apply(source: TrackSource): Promise<void> {
    const tracks = this.#outgoing.tracks(source);
    const published = this.#published.get(source);
    if (!published) {
      if (tracks.length === 0 || !this.#canSignal()) return;
      if (await this.#permitted(source)) await this.#publish(source);
    } else if (tracks.length > 0) {
      await replace(published, tracks);
    } else if (source === 'screen') {
      await this.#unpublish(source);
    } else {
      // Muted, not unpublished: unmuting needs no negotiation.
      for (const track of published) await track.mute();
    }
  }

  /**
   * While LiveKit reconnects, publishTrack() waits with a timeout that stops the track, even if another
   * room publishes it by then (livekit-client 2.23). The caller publishes again after the reconnection.
   */
  #canSignal(): boolean {
    return this.#room.state === this.#library.ConnectionState.Connected;
  }

  async #publish(source: TrackSource): Promise<void> {
    const published: LocalTrack[] = [];
    this.#published.set(source, published);
    try {
      for (const track of this.#outgoing.tracks(source)) {
        // LiveKit treats a MediaStreamTrack as user-provided: it never stops or reopens its device.
        const publication = await this.#room.localParticipant.publishTrack(
          track,
          this.#options(source, track),
        );
        if (publication.track) published.push(publication.track);
      }
    } catch (cause) {
      await this.#unpublish(source);
      throw new CallError('media-failed', `${source} cannot be published`, { cause });
    }
    // A change made meanwhile is queued behind this operation.
  }

  async #unpublish(source: TrackSource): Promise<void> {
    const published = this.#published.get(source) ?? [];
    this.#published.delete(source);
    for (const track of published) await this.#room.localParticipant.unpublishTrack(track, false);
  }

  #options(source: TrackSource, track: MediaStreamTrack): TrackPublishOptions {
    const { Track: TrackClass, AudioPresets } = this.#library;
    if (source === 'microphone') return { source: TrackClass.Source.Microphone };
    if (source === 'camera') return this.#cameraOptions(TrackClass.Source.Camera);
    if (track.kind === 'audio') {
      // Music needs a higher bit rate and no discontinuous transmission.
      return {
        source: TrackClass.Source.ScreenShareAudio,
        audioPreset: AudioPresets.music,
        dtx: false,
        red: false,
      };
    }
    return this.#screenOptions(TrackClass.Source.ScreenShare, track);
  }

  #cameraOptions(source: Track.Source): TrackPublishOptions {
    const { resolution, fps } = this.#outgoing.params();
    const presets = this.#library.VideoPresets;
    const preset = {
      '360p': presets.h360,
      '540p': presets.h540,
      '720p': presets.h720,
      '1080p': presets.h1080,
    }[resolution];
    return {
      source,
      videoEncoding: { ...preset.encoding, maxFramerate: fps ?? DEFAULT_FPS },
    };
  }

  /** The lower layer keeps the size and lowers the frame rate: scaled-down text is illegible. */
  #screenOptions(source: Track.Source, track: MediaStreamTrack): TrackPublishOptions {
    const { width = 1920, height = 1080 } = track.getSettings();
    return {
      source,
      screenShareEncoding: this.#library.ScreenSharePresets.h1080fps15.encoding,
      screenShareSimulcastLayers: [new this.#library.VideoPreset(width, height, 500_000, 5)],
    };
  }

  /** False if the track is no longer wanted. */
  async #permitted(source: TrackSource): Promise<boolean> {
    const { RoomEvent } = this.#library;
    const wanted = (): boolean => this.#outgoing.tracks(source).length > 0;
    if (mayPublish(this.#room, source)) return wanted();
    await new Promise<void>((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        this.#room.off(RoomEvent.ParticipantPermissionsChanged, check);
        this.#recheck.delete(source);
        settle();
      };
      const check = (): void => {
        if (mayPublish(this.#room, source) || !wanted()) end(resolve);
      };
      const timer = setTimeout(
        () =>
          end(() => reject(new CallError('media-failed', `no permission to publish ${source}`))),
        PERMISSION_WAIT_MS,
      );
      this.#room.on(RoomEvent.ParticipantPermissionsChanged, check);
      this.#recheck.set(source, check);
    });
    return wanted();
  }
}

async function replace(
  published: readonly LocalTrack[],
  tracks: readonly MediaStreamTrack[],
): Promise<void> {
  for (const [n, local] of published.entries()) {
    const track = tracks[n];
    if (!track) continue;
    if (local.mediaStreamTrack !== track) await local.replaceTrack(track, true);
    await local.unmute();
  }
}

function mayPublish(room: Room, source: TrackSource): boolean {
  const permissions = room.localParticipant.permissions;
  if (!permissions?.canPublish) return false;
  const sources: readonly number[] = permissions.canPublishSources;
  return sources.length === 0 || sources.includes(PERMISSION[source]);
}
