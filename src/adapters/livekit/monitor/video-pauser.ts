import type { RemoteTrack } from 'livekit-client';

/** A received picture and the elements that show it. */
interface AttachableVideo {
  readonly attachedElements: readonly unknown[];
}

/**
 * Finds the pictures that come in for nobody: LiveKit's library asks the server for less when an element
 * that showed a track is hidden or gone, but lets a track that no element has ever shown come in full
 * (livekit-client 2.23). In a call of fifty that would be most of them.
 */
export class UnattachedVideoPauser<P extends AttachableVideo> {
  readonly #pause: (video: P) => void;
  /** How often each was looked at since it was last seen; a tile may take a moment to be drawn. */
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

/** An element that is not in the document counts as hidden; the next one that shows the track wakes it. */
export function pauseVideo(video: RemoteTrack): void {
  const element = document.createElement('video');
  video.attach(element);
  video.detach(element);
}
