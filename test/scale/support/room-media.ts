import { setTimeout as pause } from 'node:timers/promises';
import {
  AudioStream,
  Room,
  RoomEvent,
  TrackKind,
  TrackSource as RoomSource,
  VideoStream,
  type LocalTrackPublication,
  type RemoteParticipant,
  type RemoteTrack,
  type RemoteTrackPublication,
} from '@livekit/rtc-node';
import { CallError } from '../../../src/engine/api/call-error.ts';
import type { MediaJoin, TrackSource } from '../../../src/engine/api/ports.ts';
import { userOfMediaIdentity, type UserId } from '../../../src/protocol/index.ts';
import { FakeMedia } from '../../fakes/fake-media.ts';
import {
  syntheticVideo,
  syntheticSilence,
  syntheticVoice,
  type SyntheticTrack,
} from './synthetic-media.ts';

/** The media received from one user. */
export interface Received {
  readonly frames: number;
  /** Rises only while audio is received. */
  readonly energy: number;
  /** In the room now. */
  readonly present: boolean;
}

export interface RoomMediaOptions {
  /** `voice`: a voice that a test can turn on. */
  readonly microphone: 'voice' | 'quiet' | 'none';
  readonly camera: boolean;
  /** The users whose video and audio it receives. */
  readonly watches: readonly string[];
}

interface Sent {
  readonly what: SyntheticTrack;
  readonly publication: LocalTrackPublication;
}

const NOTHING: Received = { frames: 0, energy: 0, present: false };

/** Far longer than a join takes here. */
const ANSWERS_WITHIN_MS = 5_000;
const SOURCES: ReadonlyMap<RoomSource | undefined, TrackSource> = new Map([
  [RoomSource.SOURCE_MICROPHONE, 'microphone'],
  [RoomSource.SOURCE_CAMERA, 'camera'],
]);

/**
 * Media that really is in the LiveKit room: it sends synthetic video and audio over WebRTC, and
 * receives the tracks of the users it watches. It ignores all others: with fifty users on one machine these would be
 * most of the work.
 */
export class RoomMedia extends FakeMedia {
  speaks = false;
  /** Every token it has had, the newest last: first the server's, then the ones LiveKit made of it. */
  readonly tokens: string[] = [];
  #url = '';
  readonly #voice: boolean;
  readonly #watches: ReadonlySet<string>;
  readonly #sent = new Map<TrackSource, Sent>();
  readonly #received = new Map<string, Received>();
  #room: Room | null = null;
  /** Tracks are published and unpublished one after the other. */
  #working: Promise<unknown> = Promise.resolve();

  constructor({ microphone, camera, watches }: RoomMediaOptions) {
    super();
    this.#watches = new Set(watches);
    this.#voice = microphone === 'voice';
    if (microphone === 'none')
      this.failures.set('microphone', new CallError('microphone-unavailable'));
    if (!camera) this.failures.set('camera', new CallError('camera-unavailable'));
  }

  received(userId: string): Received {
    return this.#received.get(userId) ?? NOTHING;
  }

  override async join(access: MediaJoin): Promise<void> {
    await super.join(access);
    await this.#close();
    const room = new Room();
    this.#room = room;
    this.#listen(room);
    this.#url = access.url;
    this.tokens.push(access.token);
    try {
      await room.connect(access.url, access.token, { autoSubscribe: false, dynacast: true });
    } catch (cause) {
      throw new CallError('media-failed', 'LiveKit let nobody in', { cause });
    }
    for (const one of room.remoteParticipants.values()) this.#onPresent(one);
    for (const source of this.open) void this.#bring(source);
  }

  override async setTrack(source: TrackSource, on: boolean): Promise<void> {
    await super.setTrack(source, on);
    await this.#bring(source);
  }

  override async leave(): Promise<void> {
    await super.leave();
    await this.#close();
  }

  /**
   * Enters the room by itself with an earlier token, as a modified client could, and publishes its
   * tracks. Returns whether it was admitted; null where the library never reports it, as happens
   * when the participant is removed while it enters.
   */
  async reenter(token: string): Promise<boolean | null> {
    const room = new Room();
    const entering = room
      .connect(this.#url, token, { autoSubscribe: false, dynacast: false })
      .then(() => true)
      .catch(() => false);
    const entered = await Promise.race([entering, pause(ANSWERS_WITHIN_MS, null)]);
    if (entered !== true) return entered;
    const made = [syntheticVoice(() => true), syntheticVideo()];
    for (const { track, options } of made) {
      // Removed while it publishes: then there is no participant left.
      room.localParticipant?.publishTrack(track, options).catch(() => undefined);
    }
    room.once(RoomEvent.Disconnected, () => {
      for (const { stop } of made) void stop();
    });
    return true;
  }

  /** Publishes what is on and unpublishes what is off. */
  #bring(source: TrackSource): Promise<unknown> {
    this.#working = this.#working
      .then(() => this.#bringNow(source))
      .catch((cause: unknown) => {
        const error = new CallError('media-failed', String(cause));
        this.emit({ type: 'local-track', source, on: false, error });
      });
    return this.#working;
  }

  async #bringNow(source: TrackSource): Promise<void> {
    const room = this.#room;
    const sent = this.#sent.get(source);
    if (!room?.localParticipant || !room.isConnected) return;
    if (sent && !this.open.has(source)) {
      this.#sent.delete(source);
      await room.localParticipant.unpublishTrack(sent.publication.sid ?? '');
      await sent.what.stop();
    } else if (!sent && this.open.has(source)) {
      const what = source === 'microphone' ? this.#sound() : syntheticVideo();
      const publication = await room.localParticipant.publishTrack(what.track, what.options);
      this.#sent.set(source, { what, publication });
    }
  }

  #sound(): SyntheticTrack {
    return this.#voice ? syntheticVoice(() => this.speaks) : syntheticSilence();
  }

  async #close(): Promise<void> {
    const room = this.#room;
    this.#room = null;
    await room?.disconnect();
    await this.#working;
    for (const { what } of this.#sent.values()) await what.stop();
    this.#sent.clear();
  }

  #listen(room: Room): void {
    room
      .on(RoomEvent.ParticipantConnected, (who) => this.#onPresent(who))
      .on(RoomEvent.ParticipantDisconnected, (who) => this.#onGone(who))
      .on(RoomEvent.TrackPublished, (publication, who) => this.#onTrack(publication, who, true))
      .on(RoomEvent.TrackUnpublished, (publication, who) => this.#onTrack(publication, who, false))
      .on(RoomEvent.TrackSubscribed, (track, _, who) => {
        // After a disconnect the library may still report this, for a track that is gone.
        if (this.#room === room) void this.#receive(track, who);
      })
      .on(RoomEvent.TokenRefreshed, () => this.tokens.push(room.token ?? ''))
      .on(RoomEvent.Disconnected, (reason) => {
        if (this.#room === room) this.emit({ type: 'media-lost', reason: String(reason) });
      });
  }

  #onPresent(who: RemoteParticipant): void {
    const userId = this.#watched(who);
    if (userId === null) return;
    this.#note(userId, { present: true });
    this.emit({ type: 'remote-present', userId, present: true });
    for (const publication of who.trackPublications.values()) this.#onTrack(publication, who, true);
  }

  #onGone(who: RemoteParticipant): void {
    const userId = this.#watched(who);
    if (userId === null) return;
    this.#note(userId, { present: false });
    this.emit({ type: 'remote-present', userId, present: false });
  }

  #onTrack(publication: RemoteTrackPublication, who: RemoteParticipant, on: boolean): void {
    const userId = this.#watched(who);
    const source = SOURCES.get(publication.source);
    if (userId === null || source === undefined) return;
    this.emit({ type: 'remote-track', userId, source, on });
    if (on) publication.setSubscribed(true);
  }

  #watched(who: RemoteParticipant): UserId | null {
    const userId = userOfMediaIdentity(who.identity);
    return userId !== null && this.#watches.has(userId) ? userId : null;
  }

  async #receive(track: RemoteTrack, who: RemoteParticipant): Promise<void> {
    const userId = userOfMediaIdentity(who.identity) ?? '';
    if (track.kind === TrackKind.KIND_VIDEO) {
      await drain(new VideoStream(track), () => {
        this.#note(userId, { frames: this.received(userId).frames + 1 });
      });
    } else {
      await drain(new AudioStream(track), ({ data }) => {
        this.#note(userId, { energy: this.received(userId).energy + energyOf(data) });
      });
    }
  }

  #note(userId: string, news: Partial<Received>): void {
    this.#received.set(userId, { ...this.received(userId), ...news });
  }
}

async function drain<T>(stream: ReadableStream<T>, take: (one: T) => void): Promise<void> {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    take(value);
  }
}

function energyOf(samples: Int16Array): number {
  return samples.reduce((sum, sample) => sum + (sample / 32_768) ** 2, 0);
}
