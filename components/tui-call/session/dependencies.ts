import type { CallEngine } from '../../../src/engine/call-engine.ts';
import type { VideoSource } from '../../shared/call-context.ts';

/** The engine as the element uses it: the public methods of CallEngine, without observers. */
export type ElementEngine = Omit<CallEngine, 'addObserver' | 'removeObserver'>;

/** The sounds of the ringer. */
export type Sound = 'ringtone' | 'ringback' | 'call-waiting';

/** The ringer as the element uses it (BrowserRinger of src/adapters). */
export interface ElementRinger {
  /** Plays a sound. `lockKey`: of the tabs that ring with the same key, one plays at a time. */
  ring(
    sound: Sound,
    options: {
      url?: string;
      muted: boolean;
      lockKey?: string;
      /** 0 to 100. Default: 100. */
      volume?: number;
      /** Id of the speaker. Default: the system's. */
      deviceId?: string;
    },
  ): void;
  stop(): void;
  /** Reports whether the browser blocks sound. Returns a function that removes the listener. */
  onBlocked(callback: (blocked: boolean) => void): () => void;
  close(): void;
}

/** A running call as the system shows it. */
export interface SystemCall {
  readonly title: string;
  readonly microphoneOn: boolean;
  /** null in an audio call. */
  readonly cameraOn: boolean | null;
  /** A member sends a video: the screen stays awake. */
  readonly showsVideo: boolean;
}

/** What the user does with the system's controls. */
export type SystemAction = 'hangup' | 'toggle-microphone' | 'toggle-camera';

/** The system's controls of a call (SystemControls of src/adapters). */
export interface ElementSystemControls {
  /** Shows a call; null removes all controls. */
  update(call: SystemCall | null): void;
}

/** A ring as a notification of the system. */
export interface RingAlert {
  readonly title: string;
  readonly body: string;
  /** The same for all tabs of the browser, so that the system shows one notification. */
  readonly tag: string;
}

/** Strings that survive the page (BrowserStorage of src/adapters). */
export interface ElementStorage {
  read(key: string): string | null;
  write(key: string, value: string | null): void;
}

/** The dependencies of an element in the document. */
export interface ElementDependencies {
  readonly engine: ElementEngine;
  readonly ringer: ElementRinger;
  /** Shows a video source in an element. Returns a function that releases it. */
  attachVideo(source: VideoSource, video: HTMLVideoElement): () => void;
  /** Draws the own camera with each of these backgrounds; null: it cannot be drawn. `[]` while the camera is off. */
  drawBackgrounds(backgrounds: readonly string[]): Promise<readonly (ImageBitmap | null)[]>;
  /** Opens the user's own camera for the preview; null unless the permission is already granted. */
  openPreview(signal: AbortSignal): Promise<MediaStream | null>;
  /** Loads the controls that the system shows for a call. */
  loadSystemControls(act: (action: SystemAction) => void): Promise<ElementSystemControls>;
  /** Shows a ring outside of the page, until the returned function is called. */
  alert(ring: RingAlert): () => void;
  /** Values of this browser, shared by its tabs. */
  readonly storage: ElementStorage;
  /** Asks the user for the permission to show notifications. Must be called in a user gesture. */
  readonly requestNotifications: () => Promise<boolean>;
  /** True if this browser can share its screen. */
  readonly canShareScreen: boolean;
  /** False while the browser reports that there is no network. */
  isOnline(): boolean;
  /** Milliseconds on the engine's clock. */
  now(): number;
  /** Epoch milliseconds of this device. */
  wallTime(): number;
  /** Calls `callback` once after `ms`. Returns a function that cancels the timer. */
  after(ms: number, callback: () => void): () => void;
}
