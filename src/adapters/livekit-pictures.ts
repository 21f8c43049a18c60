import type { RemoteTrack, Room } from 'livekit-client';

import { isOf, remoteUsers } from './livekit-members.ts';

/** Whose picture, and which. `userId` null is this user's own, which shows before any call too. */
export interface VideoTarget {
  readonly userId: string | null;
  readonly source: 'camera' | 'screen';
}

/** How a user's pictures are drawn; what is left out stays as the page's CSS has it. */
export interface VideoLook {
  readonly fillMode?: 'contain' | 'cover' | 'fill';
  /** Degrees, clockwise. */
  readonly rotation?: 0 | 90 | 180 | 270;
}

interface Binding {
  readonly target: VideoTarget;
  readonly element: HTMLVideoElement;
  shown: RemoteTrack | MediaStreamTrack | null;
}

export interface PictureSources {
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
export class LivekitPictures {
  readonly #sources: PictureSources;
  readonly #bindings = new Set<Binding>();
  readonly #looks = new Map<string, VideoLook>();

  constructor(sources: PictureSources) {
    this.#sources = sources;
  }

  bind(target: VideoTarget, element: HTMLVideoElement): () => void {
    const binding: Binding = { target, element, shown: null };
    this.#bindings.add(binding);
    this.#dress(binding);
    this.#fill(binding);
    return () => {
      this.#bindings.delete(binding);
      empty(binding);
    };
  }

  /** From now on, for all pictures of this user, those already shown too. */
  setLook(userId: string, look: VideoLook): void {
    this.#looks.set(userId, look);
    for (const binding of this.#bindings) this.#dress(binding);
  }

  /** To be called whenever a track may have come, gone or been replaced. */
  update(): void {
    for (const binding of this.#bindings) this.#fill(binding);
  }

  #dress({ target, element }: Binding): void {
    const look = this.#looks.get(target.userId ?? this.#sources.ownUserId() ?? '');
    if (look?.fillMode !== undefined) element.style.objectFit = look.fillMode;
    // Not `transform`: that is how a page mirrors the own picture.
    if (look?.rotation !== undefined) element.style.rotate = `${look.rotation}deg`;
  }

  #fill(binding: Binding): void {
    const track = this.#trackFor(binding.target);
    if (track === binding.shown) return;
    const handedOver =
      track && !(track instanceof MediaStreamTrack) && track.mediaStreamTrack === binding.shown;
    if (!handedOver) empty(binding);
    binding.shown = track;
    if (!track) return;
    if (!(track instanceof MediaStreamTrack)) track.attach(binding.element);
    else play(binding.element, track);
  }

  #trackFor({ userId, source }: VideoTarget): RemoteTrack | MediaStreamTrack | null {
    if (userId === null || userId === this.#sources.ownUserId()) return this.#sources.own(source);
    const room = this.#sources.room();
    if (!room) return null;
    const theirs = [...remoteUsers(room)].flatMap(([user, all]) => (user === userId ? all : []));
    const tracks = theirs
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

function empty(binding: Binding): void {
  const { shown, element } = binding;
  binding.shown = null;
  if (shown && !(shown instanceof MediaStreamTrack)) shown.detach(element);
  else if (shown) element.srcObject = null;
}
