import type { RemoteTrack, Room } from 'livekit-client';

import { isOf, remoteUsers } from './monitor/members.ts';

/** Whose picture, and which. `userId` null is this user's own, which shows before any call too. */
export interface VideoTarget {
  readonly userId: string | null;
  readonly source: 'camera' | 'screen';
}

/** How a user's pictures are drawn; what is left out stays as the page's CSS has it. */
export interface VideoStyle {
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
  /** A publication's track that is here before LiveKit gives it out: see LivekitRoom. */
  readonly arrived: (trackSid: string) => MediaStreamTrack | null;
}

/**
 * Keeps <video> elements filled with the pictures they were bound to, whatever comes and goes.
 * Remote ones go through LiveKit's attach: it then asks the server for no more than is shown.
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

  /** From now on, for all pictures of this user, those already shown too. */
  setStyle(userId: string, style: VideoStyle): void {
    this.#styles.set(userId, style);
    for (const binding of this.#bindings) this.#applyStyle(binding);
  }

  /** To be called whenever a track may have come, gone or been replaced. */
  update(): void {
    for (const binding of this.#bindings) this.#fill(binding);
  }

  #applyStyle({ target, element }: Binding): void {
    const style = this.#styles.get(target.userId ?? this.#sources.ownUserId() ?? '');
    if (style?.fillMode !== undefined) element.style.objectFit = style.fillMode;
    // Not `transform`: that is how a page mirrors the own picture.
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
    // Not in the document yet: autoplay starts it.
  });
}

function clear(binding: Binding): void {
  const { track, element } = binding;
  binding.track = null;
  if (track && !(track instanceof MediaStreamTrack)) track.detach(element);
  else if (track) element.srcObject = null;
}
