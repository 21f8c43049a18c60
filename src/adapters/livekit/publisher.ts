import type { LocalTrack, Room, Track, TrackPublishOptions } from 'livekit-client';

import { CallError } from '../../engine/api/call-error.ts';
import type { TrackSource, VideoEncoderParams } from '../../engine/api/ports.ts';
import { DEFAULT_FPS } from '../capture/browser-capture.ts';
import type { Livekit } from './library.ts';

/** LiveKit's numbers of the sources (its protocol's TrackSource), as permissions name them. */
const PERMISSION: Readonly<Record<TrackSource, number>> = { camera: 1, microphone: 2, screen: 3 };

/** The server grants a new source at about the time it says so: the two travel different ways. */
const PERMISSION_WAIT_MS = 5_000;

export interface OutgoingMedia {
  /** The tracks to send now; none: off. */
  readonly tracks: (source: TrackSource) => readonly MediaStreamTrack[];
  readonly params: () => VideoEncoderParams;
}

/**
 * Brings what is sent into one room in line with what there is to send. Owns the publications; the
 * tracks stay the caller's and are never stopped here, so that the next room can send the same ones.
 */
export class LivekitPublisher {
  readonly #library: Livekit;
  readonly #room: Room;
  readonly #outgoing: OutgoingMedia;
  readonly #published = new Map<TrackSource, readonly LocalTrack[]>();
  /** One piece of work at a time for each source. */
  readonly #work = new Map<TrackSource, Promise<void>>();
  /** Ends a wait for permission whose track is not wanted any more. */
  readonly #recheck = new Map<TrackSource, () => void>();

  constructor(library: Livekit, room: Room, outgoing: OutgoingMedia) {
    this.#library = library;
    this.#room = room;
    this.#outgoing = outgoing;
  }

  /**
   * `anew` takes up new sizes and bit rates too, which a publication has for life.
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
      // Kept and muted: on again takes no negotiation.
      for (const track of published) await track.mute();
    }
  }

  /**
   * While the library brings signalling back, a publication would wait in it with a time-out that
   * stops the track, even one that another room sends by then. The caller comes back when it is up.
   */
  #canSignal(): boolean {
    return this.#room.state === this.#library.ConnectionState.Connected;
  }

  async #publish(source: TrackSource): Promise<void> {
    const published: LocalTrack[] = [];
    this.#published.set(source, published);
    try {
      for (const track of this.#outgoing.tracks(source)) {
        // A bare track counts as the user's own: LiveKit never stops or reopens its device by itself.
        const publication = await this.#room.localParticipant.publishTrack(
          track,
          this.#options(source, track),
        );
        if (publication.track) published.push(publication.track);
      }
    } catch (cause) {
      await this.#unpublish(source);
      throw new CallError('media-failed', `${source} could not be sent`, { cause });
    }
    // Turned off or changed while it was under way: that change waits behind this one.
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
      // Music and speech alike: no pauses cut out, and more room.
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

  /** The lower layer has the same size and fewer frames: a smaller picture of text cannot be read. */
  #screenOptions(source: Track.Source, track: MediaStreamTrack): TrackPublishOptions {
    const { width = 1920, height = 1080 } = track.getSettings();
    return {
      source,
      screenShareEncoding: this.#library.ScreenSharePresets.h1080fps15.encoding,
      screenShareSimulcastLayers: [new this.#library.VideoPreset(width, height, 500_000, 5)],
    };
  }

  /** Whether to go on: false when the track is not wanted any more. */
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
        () => end(() => reject(new CallError('media-failed', `no permission to send ${source}`))),
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
