import type { PageLink } from './picture-link.ts';

const FPS = 30;

/**
 * A track that the page itself draws, frame by frame: for browsers that give tracks' frames to nobody. A video
 * element says when there is a new one; while the page is hidden it does not, and a clock has to.
 */
export class DrawnTrack {
  readonly #video = document.createElement('video');
  readonly #canvas = document.createElement('canvas');
  readonly #context = this.#canvas.getContext('2d', { alpha: false });
  readonly #link: PageLink;
  readonly #failed: (cause: unknown) => void;
  readonly #clock: ReturnType<typeof setInterval>;
  readonly track: MediaStreamTrack;
  #isOpen = true;

  /** @throws TypeError where the browser cannot draw a track. */
  constructor(raw: MediaStreamTrack, link: PageLink, failed: (cause: unknown) => void) {
    const [track] = this.#canvas.captureStream(FPS).getVideoTracks();
    if (track === undefined) throw new TypeError('a canvas gives no track');
    this.track = track;
    this.#link = link;
    this.#failed = failed;
    const video = this.#video;
    video.muted = true;
    video.playsInline = true;
    video.srcObject = new MediaStream([raw]);
    video.play().catch((cause: unknown) => this.#fail(cause));
    video.requestVideoFrameCallback(() => this.#onFrame());
    this.#clock = setInterval(() => this.#onClock(), 1000 / FPS);
  }

  close(): void {
    this.#isOpen = false;
    clearInterval(this.#clock);
    this.#video.srcObject = null;
    this.track.stop();
  }

  #onFrame(): void {
    this.#draw();
    if (this.#isOpen) this.#video.requestVideoFrameCallback(() => this.#onFrame());
  }

  #onClock(): void {
    if (document.hidden) this.#draw();
  }

  #draw(): void {
    const { videoWidth: width, videoHeight: height } = this.#video;
    if (!this.#isOpen || width === 0) return;
    try {
      const drawn = this.#link.engine.draw(this.#video, { width, height });
      const canvas = this.#canvas;
      if (canvas.width !== drawn.width || canvas.height !== drawn.height) {
        Object.assign(canvas, { width: drawn.width, height: drawn.height });
      }
      this.#context?.drawImage(drawn, 0, 0);
    } catch (cause) {
      this.#fail(cause);
    }
  }

  #fail(cause: unknown): void {
    if (!this.#isOpen) return;
    this.close();
    this.#failed(cause);
  }
}
