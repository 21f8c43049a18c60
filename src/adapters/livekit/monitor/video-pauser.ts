import type { RemoteTrack } from 'livekit-client';

/** A remote video track and the elements it is attached to. */
interface AttachableVideo {
  readonly attachedElements: readonly unknown[];
}

/**
 * Finds remote videos without an element. LiveKit pauses a track when its element is hidden or removed, but
 * receives a track that was never attached in full (livekit-client 2.23). In a call of fifty most are.
 */
export class UnattachedVideoPauser<P extends AttachableVideo> {
  readonly #pause: (video: P) => void;
  /** Checks since the video was last attached; a tile may take a moment to render. */
  readonly #checks = new WeakMap<P, number>();

  constructor(pause: (video: P) => void) {
    this.#pause = pause;
  }

  check(videos: Iterable<P>): void {
    for (const video of videos) {
      const checks = video.attachedElements.length > 0 ? 0 : (this.#checks.get(video) ?? 0) + 1;
      this.#checks.set(video, checks);
      if (checks === 2) this.#pause(video);
    }
  }
}

/** LiveKit counts an element outside the document as hidden; the next attached element resumes the track. */
export function pauseVideo(video: RemoteTrack): void {
  const element = document.createElement('video');
  video.attach(element);
  video.detach(element);
}
