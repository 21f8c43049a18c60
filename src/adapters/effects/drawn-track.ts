import type { PictureEngine } from './picture-engine.ts';

const FPS = 30;

interface DrawnTrackEvents {
  /** The first frame is drawn. */
  readonly started: () => void;
  /** The track has ended because it cannot be drawn. */
  readonly failed: (cause: unknown) => void;
}

/**
 * A track that the page draws, frame by frame: for browsers without MediaStreamTrackProcessor. A video element reports
 * new frames; while the page is hidden it does not, and a timer takes its place.
 */
export class DrawnTrack {
  readonly #video = document.createElement('video');
  readonly #engine: PictureEngine;
  readonly #events: DrawnTrackEvents;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly track: MediaStreamTrack;
  #isOpen = true;

  /** `engine` draws on `canvas`. @throws TypeError if the browser makes no track of a canvas. */
  constructor(
    raw: MediaStreamTrack,
    canvas: HTMLCanvasElement,
    engine: PictureEngine,
    events: DrawnTrackEvents,
  ) {
    const [track] = canvas.captureStream(FPS).getVideoTracks();
    if (track === undefined) throw new TypeError('the canvas has no track');
    this.track = track;
    this.#engine = engine;
    this.#events = events;
    const video = this.#video;
    video.muted = true;
    video.playsInline = true;
    video.srcObject = new MediaStream([raw]);
    video.play().catch((cause: unknown) => this.#fail(cause));
    video.requestVideoFrameCallback(() => this.#onFrame());
    this.#timer = setInterval(() => this.#onTimer(), 1000 / FPS);
  }

  close(): void {
    this.#isOpen = false;
    clearInterval(this.#timer);
    this.#video.srcObject = null;
    this.track.stop();
  }

  #onFrame(): void {
    this.#draw();
    if (this.#isOpen) this.#video.requestVideoFrameCallback(() => this.#onFrame());
  }

  #onTimer(): void {
    if (document.hidden) this.#draw();
  }

  #draw(): void {
    const { videoWidth: width, videoHeight: height } = this.#video;
    if (!this.#isOpen || width === 0) return;
    try {
      this.#engine.draw(this.#video, { width, height });
      this.#events.started();
    } catch (cause) {
      this.#fail(cause);
    }
  }

  #fail(cause: unknown): void {
    if (!this.#isOpen) return;
    this.close();
    this.#events.failed(cause);
  }
}
