import type { ReactiveController, ReactiveControllerHost } from 'lit';

const TICK_MS = 1000;

/** Epoch milliseconds of this device, for comparison with dates of a server. */
export const wallTime = (): number => Date.now();

/** Calls `onTick` each second while the host is in the document. The only timer of this layer. */
export class ClockController implements ReactiveController {
  #timer: ReturnType<typeof setInterval> | undefined;
  readonly #onTick: () => void;

  constructor(host: ReactiveControllerHost, onTick: () => void = () => host.requestUpdate()) {
    this.#onTick = onTick;
    host.addController(this);
  }

  hostConnected(): void {
    this.#timer ??= setInterval(this.#onTick, TICK_MS);
  }

  hostDisconnected(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
