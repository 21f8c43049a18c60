import type { Effects, EffectsWish } from '../engine/effects.ts';
import { CallEngine } from '../engine/index.ts';
import { BrowserClock } from './browser/browser-clock.ts';
import { BrowserStorage } from './browser/browser-storage.ts';
import { BrowserPage } from './browser/browser-page.ts';
import { BrowserSocket } from './signalling/browser-socket.ts';
import { ConsoleLogger, type LogLevel } from './browser/console-logger.ts';
import { LivekitMedia } from './livekit/livekit-media.ts';
import type { VideoStyle } from './livekit/video.ts';
import { randomId } from './browser/random-id.ts';

export interface EngineOptions {
  /** What goes to the browser's console; never a secret. 'warn' by default. */
  readonly logLevel?: LogLevel;
}

export interface VideoRenderParams extends VideoStyle {
  readonly userId: string;
}

/** The call engine in a browser: on LiveKit, socket.io and the page it runs in. */
export class TUICallEngine extends CallEngine {
  /** Where pictures come from: `media.attachVideo(target, element)`. */
  readonly media: LivekitMedia;

  constructor(options: EngineOptions = {}) {
    const media = new LivekitMedia();
    super({
      clock: new BrowserClock(),
      randomId,
      socket: new BrowserSocket(),
      media,
      storage: new BrowserStorage(),
      page: new BrowserPage(),
      logger: new ConsoleLogger(options.logLevel),
    });
    this.media = media;
    // So that the own picture can be asked for by userId while it still rings. Lives as long as both.
    this.subscribe(({ userId }) => media.setOwnUser(userId));
  }

  static createInstance(options: EngineOptions = {}): TUICallEngine {
    return new TUICallEngine(options);
  }

  /** What is changed in the own picture and sound; null before the first call. */
  get effects(): Effects | null {
    return this.media.effects;
  }

  /**
   * Changes the own background, noise suppression and beauty: from now on, in this call and the next ones; with
   * `remember` also in later visits of this browser. Settles when it is done, or `onEffectFailed` was called.
   */
  setEffects(effects: EffectsWish, options: { remember?: boolean } = {}): Promise<void> {
    return this.media.setEffects(effects, options);
  }

  /** How the pictures of one user are drawn, wherever `media.attachVideo` has bound them. */
  setVideoRenderParams({ userId, ...style }: VideoRenderParams): void {
    this.media.setVideoStyle(userId, style);
  }
}
