/** A media page that records its open resources, and leaves at a moment the test selects. */
import { Room } from '../../../src/adapters/livekit/livekit-client.ts';
import { mediaPage } from './media-page.ts';
import { OpenResourcesWatch, type Moment, type OpenResources } from './open-things.ts';

/** Which of the moments; `sent`: of those after the join, while the own tracks are being published. */
export interface When {
  readonly moment: Moment;
  readonly nth?: number;
  readonly sent?: boolean;
  readonly later?: boolean;
}

const rooms: Room[] = [];

const { on } = Room.prototype;
Room.prototype.on = function (...args) {
  rooms.push(this);
  return on.apply(this, args);
};

class LeavePage {
  readonly #watch = new OpenResourcesWatch();

  open(): OpenResources & { readonly tracks: readonly string[] } {
    return { ...this.#watch.now(), tracks: mediaPage.live() };
  }

  /** Joins with microphone and camera as a call does, and leaves when this has come. */
  async leaveAt(when: When, url: string, token: string): Promise<void> {
    const left = this.at(when, () => mediaPage.media.leave());
    await this.#callThere(url, token);
    await left;
  }

  /** Joins, and another room when this has come. */
  async joinAt(when: When, url: string, first: string, second: string): Promise<void> {
    const joined = this.at(when, () => mediaPage.join(url, second));
    await this.#callThere(url, first);
    await joined;
  }

  /** Reconnects to the room, as LiveKit does when it cannot resume a connection. */
  async connectAgain(): Promise<void> {
    await rooms.at(-1)?.simulateScenario('full-reconnect');
  }

  /** Settles with `act`, which runs when this has come: within its event or call, or in the next task. */
  at({ moment, nth = 1, sent = false, later = false }: When, act: () => Promise<void>) {
    return new Promise<void>((resolve, reject) => {
      const channel = new MessageChannel();
      const run = (): void => void act().then(resolve, reject);
      channel.port1.onmessage = run;
      const come = later ? () => channel.port2.postMessage('') : run;
      if (sent) this.#watch.at('joined', 1, () => this.#watch.at(moment, nth, come));
      else this.#watch.at(moment, nth, come);
    });
  }

  /** Settles when every request of a call has succeeded or failed. */
  async #callThere(url: string, token: string): Promise<void> {
    const joined = (): void => this.#watch.pass('joined');
    await Promise.allSettled([
      mediaPage.join(url, token).finally(joined),
      mediaPage.set('microphone', true),
      mediaPage.set('camera', true),
    ]);
  }
}

declare global {
  var leaving: LeavePage;
}

globalThis.leaving = new LeavePage();
