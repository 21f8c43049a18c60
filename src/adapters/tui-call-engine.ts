import { CallEngine } from '../engine/index.ts';
import { BrowserClock } from './browser/browser-clock.ts';
import { BrowserStorage } from './browser/browser-storage.ts';
import { BrowserPage } from './browser/browser-page.ts';
import { BrowserSocket } from './signalling/browser-socket.ts';
import { BrowserPush } from './push/browser-push.ts';
import { ConsoleLogger, type LogLevel } from './browser/console-logger.ts';
import { LivekitMedia } from './livekit/livekit-media.ts';
import type { VideoStyle } from './livekit/video.ts';
import { randomId } from './browser/random-id.ts';

/** Options of the engine in a browser. */
export interface EngineOptions {
  /** Level of the log in the browser's console; it contains no secrets. Default: 'warn'. */
  readonly logLevel?: LogLevel;
}

/** Style of the videos of one user. */
export interface VideoRenderParams extends VideoStyle {
  /** The user whose videos get the style. */
  readonly userId: string;
}

/**
 * The call engine in a browser, on LiveKit and Socket.IO.
 *
 * @example
 * const engine = TUICallEngine.createInstance();
 * await engine.init({ server: 'https://calls.example.com', userId: 'alice', userSig });
 * await engine.calls('bob', 'video');
 */
export class TUICallEngine extends CallEngine {
  /** Attaches videos to elements: `media.attachVideo(target, element)`. */
  readonly media: LivekitMedia;

  constructor(options: EngineOptions = {}) {
    const media = new LivekitMedia();
    const storage = new BrowserStorage();
    super({
      clock: new BrowserClock(),
      randomId,
      socket: new BrowserSocket(),
      media,
      storage,
      page: new BrowserPage(),
      push: new BrowserPush(storage.browser),
      logger: new ConsoleLogger(options.logLevel),
    });
    this.media = media;
    // The local video can then be attached by userId while a call rings. Ends with both objects.
    this.subscribe(({ userId }) => media.setOwnUser(userId));
  }

  static createInstance(options: EngineOptions = {}): TUICallEngine {
    return new TUICallEngine(options);
  }

  /** Styles the videos of one user in each element bound by `media.attachVideo`. */
  setVideoRenderParams({ userId, ...style }: VideoRenderParams): void {
    this.media.setVideoStyle(userId, style);
  }
}
