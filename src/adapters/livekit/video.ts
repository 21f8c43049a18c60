import type { RemoteTrack, Room } from 'livekit-client';

import { isOf, remoteUsers } from './monitor/members.ts';

/** A user's camera or screen. `userId` null is the local video, which is available before a call too. */
export interface VideoTarget {
  /** The member, or null for the local user. */
  readonly userId: string | null;
  /** Camera or shared screen of that user. */
  readonly source: 'camera' | 'screen';
}

/** Style of a user's video; omitted fields stay as in the page's CSS. */
export interface VideoStyle {
  /** CSS `object-fit` of the video. */
  readonly fillMode?: 'contain' | 'cover' | 'fill';
  /** Degrees, clockwise. */
  readonly rotation?: 0 | 90 | 180 | 270;
}

interface Binding {
  readonly target: VideoTarget;
  readonly element: HTMLVideoElement;
  track: RemoteTrack | MediaStreamTrack | null;
}

export interface VideoSources {
  readonly room: () => Room | null;
  readonly ownUserId: () => string | null;
  readonly own: (source: 'camera' | 'screen') => MediaStreamTrack | null;
  /** A track that arrived before LiveKit publishes it; see LivekitRoom. */
  readonly arrived: (trackSid: string) => MediaStreamTrack | null;
}

/**
 * Binds <video> elements to the video of users, across changes of tracks and rooms. Remote tracks use
 * LiveKit's attach(), so that the server sends no larger layer than is shown (adaptive stream).
 */
export class LivekitVideo {
  readonly #sources: VideoSources;
  readonly #bindings = new Set<Binding>();
  readonly #styles = new Map<string, VideoStyle>();

  constructor(sources: VideoSources) {
    this.#sources = sources;
  }

  bind(target: VideoTarget, element: HTMLVideoElement): () => void {
    const binding: Binding = { target, element, track: null };
    this.#bindings.add(binding);
    this.#applyStyle(binding);
    this.#fill(binding);
    return () => {
      this.#bindings.delete(binding);
      clear(binding);
    };
  }

  /** For present and later videos of this user. */
  setStyle(userId: string, style: VideoStyle): void {
    this.#styles.set(userId, style);
    for (const binding of this.#bindings) this.#applyStyle(binding);
  }

  /** Call it when a track may have been added, removed or replaced. */
  update(): void {
    for (const binding of this.#bindings) this.#fill(binding);
  }

  #applyStyle({ target, element }: Binding): void {
    const style = this.#styles.get(target.userId ?? this.#sources.ownUserId() ?? '');
    if (style?.fillMode !== undefined) element.style.objectFit = style.fillMode;
    // Not `transform`, which a page may use to mirror the local video.
    if (style?.rotation !== undefined) element.style.rotate = `${style.rotation}deg`;
  }

  #fill(binding: Binding): void {
    const track = this.#trackFor(binding.target);
    if (track === binding.track) return;
    const sameTrack =
      track && !(track instanceof MediaStreamTrack) && track.mediaStreamTrack === binding.track;
    if (!sameTrack) clear(binding);
    binding.track = track;
    if (!track) return;
    if (!(track instanceof MediaStreamTrack)) track.attach(binding.element);
    else play(binding.element, track);
  }

  #trackFor({ userId, source }: VideoTarget): RemoteTrack | MediaStreamTrack | null {
    if (userId === null || userId === this.#sources.ownUserId()) return this.#sources.own(source);
    const room = this.#sources.room();
    if (!room) return null;
    const participants = [...remoteUsers(room)].flatMap(([user, all]) =>
      user === userId ? all : [],
    );
    const tracks = participants
      .flatMap((participant) => [...participant.trackPublications.values()])
      .filter((publication) => isOf(source, publication))
      .flatMap(({ track, trackSid }) => track ?? this.#sources.arrived(trackSid) ?? []);
    return tracks[0] ?? null;
  }
}

function play(element: HTMLVideoElement, track: MediaStreamTrack): void {
  element.muted = true;
  element.playsInline = true;
  element.autoplay = true;
  element.srcObject = new MediaStream([track]);
  element.play().catch(() => {
    // An element outside the document starts by autoplay.
  });
}

function clear(binding: Binding): void {
  const { track, element } = binding;
  binding.track = null;
  if (track && !(track instanceof MediaStreamTrack)) track.detach(element);
  else if (track) element.srcObject = null;
}
