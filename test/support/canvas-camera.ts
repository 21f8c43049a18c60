import { waitUntil } from '@open-wc/testing';

/** The limit only catches hangs. */
export const eventually = (condition: () => boolean): Promise<void> =>
  waitUntil(condition, undefined, { timeout: 50_000 });

/** A camera that sends a frame only when a test draws one. */
export class CanvasCamera {
  readonly stream: MediaStream;
  readonly #canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 48 });

  constructor() {
    // Without a context there is no stream.
    this.#canvas.getContext('2d');
    this.stream = this.#canvas.captureStream(0);
  }

  sendFrame(): void {
    const pen = this.#canvas.getContext('2d');
    if (pen) pen.fillStyle = '#ff0000';
    pen?.fillRect(0, 0, 64, 48);
    for (const track of this.stream.getVideoTracks())
      if (track instanceof CanvasCaptureMediaStreamTrack) track.requestFrame();
  }

  /** Sends frames until `done`: a video that has not loaded its source yet misses a frame. */
  async filmUntil(done: () => boolean): Promise<void> {
    await eventually(() => {
      if (!done()) this.sendFrame();
      return done();
    });
  }

  stop(): void {
    for (const track of this.stream.getTracks()) track.stop();
  }
}
