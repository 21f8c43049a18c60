import type { RemoteTrack } from 'livekit-client';

/** A received picture and the elements that show it. */
interface Picture {
  readonly attachedElements: readonly unknown[];
}

/**
 * Finds the pictures that come in for nobody: LiveKit's library asks the server for less when an element
 * that showed a track is hidden or gone, but lets a track that no element has ever shown come in full
 * (livekit-client 2.23). In a call of fifty that would be most of them.
 */
export class UnseenPictures<P extends Picture> {
  readonly #pause: (picture: P) => void;
  /** How often each was looked at since it was last seen; a tile may take a moment to be drawn. */
  readonly #looks = new WeakMap<P, number>();

  constructor(pause: (picture: P) => void) {
    this.#pause = pause;
  }

  look(pictures: Iterable<P>): void {
    for (const picture of pictures) {
      const looks = picture.attachedElements.length > 0 ? 0 : (this.#looks.get(picture) ?? 0) + 1;
      this.#looks.set(picture, looks);
      if (looks === 2) this.#pause(picture);
    }
  }
}

/** An element that is not in the document counts as hidden; the next one that shows the track wakes it. */
export function pausePicture(picture: RemoteTrack): void {
  const element = document.createElement('video');
  picture.attach(element);
  picture.detach(element);
}
