import type { RecentPage } from '../../src/engine/state/effects.ts';
import type { CallError } from '../../src/engine/api/call-error.ts';
import type {
  CallbackArguments,
  CallbackName,
  CallInfo,
  Notification,
} from '../../src/engine/api/observer.ts';
import type { CallSnapshot, DeviceList } from '../../src/engine/api/snapshot.ts';
import type { VideoSource } from '../../components/shared/call-context.ts';
import type {
  ElementDependencies,
  ElementEngine,
  ElementRinger,
  RingAlert,
  Sound,
  SystemAction,
  SystemCall,
} from '../../components/tui-call/session/dependencies.ts';
import {
  ENGINE_METHODS,
  type EngineMethods,
} from '../../components/tui-call/session/engine-methods.ts';
import { idle } from './call-scenes.ts';

type Command = Exclude<
  keyof ElementEngine,
  'state' | 'effects' | 'isPushOffered' | 'subscribe' | 'listen'
>;

/** A method of the engine that was called, and its arguments. */
export type RecordedCall = readonly [Command, ...unknown[]];

/** Records calls of the engine's methods. */
class CommandRecorder {
  readonly asked: RecordedCall[] = [];
  /** The commands that reject, and their errors. */
  readonly refusals = new Map<Command, CallError>();

  protected async record(name: Command, args: readonly unknown[]): Promise<void> {
    this.asked.push([name, ...args]);
    const refusal = this.refusals.get(name);
    if (refusal) throw refusal;
  }
}

type RecordingEngine = CommandRecorder &
  Omit<EngineMethods, 'getDevices' | 'queryRecentCalls' | 'checkEffects'>;

/** CommandRecorder, typed with the methods that FakeEngine adds to its prototype. */
const RecordingEngine = CommandRecorder as {
  new (): RecordingEngine;
  readonly prototype: RecordingEngine;
};

/** An engine for tests of the element: has the states it is given and records the calls of its methods. */
export class FakeEngine extends RecordingEngine implements ElementEngine {
  static {
    for (const name of ENGINE_METHODS) {
      if (Object.hasOwn(this.prototype, name)) continue;
      const value = function (this: FakeEngine, ...args: unknown[]): Promise<void> {
        return this.record(name, args);
      };
      Object.defineProperty(this.prototype, name, { value });
    }
  }

  state: CallSnapshot = { ...idle, userId: null };
  effects: ElementEngine['effects'] = null;
  isPushOffered = false;
  recentPage: RecentPage = { calls: [], cursor: null };
  readonly #stateListeners = new Set<(state: CallSnapshot) => void>();
  readonly #listeners = new Set<(notification: Notification) => void>();

  get listenerCount(): number {
    return this.#stateListeners.size + this.#listeners.size;
  }

  show(state: CallSnapshot): void {
    this.state = state;
    for (const listener of this.#stateListeners) listener(state);
  }

  notify<Name extends CallbackName>(
    name: Name,
    args: CallbackArguments[Name],
    info: CallInfo = { callId: '' },
  ): void {
    const notification = { name, args, info } as Notification;
    for (const listener of this.#listeners) listener(notification);
  }

  subscribe(listener: (state: CallSnapshot) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  listen(listener: (notification: Notification) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  init(...args: Parameters<ElementEngine['init']>): Promise<void> {
    return this.record('init', args);
  }

  destroy(): Promise<void> {
    return this.record('destroy', []);
  }

  hangup(): Promise<void> {
    return this.record('hangup', []);
  }

  setEffects(...args: Parameters<ElementEngine['setEffects']>): Promise<void> {
    return this.record('setEffects', args);
  }

  async calls(...args: Parameters<ElementEngine['calls']>): Promise<{ callId: string }> {
    await this.record('calls', args);
    return { callId: 'call-made-by-the-fake' };
  }

  async checkEffects(): ReturnType<ElementEngine['checkEffects']> {
    await this.record('checkEffects', []);
    return { background: null, beauty: null, 'noise-suppression': null };
  }

  async getDevices(): Promise<DeviceList> {
    await this.record('getDevices', []);
    return this.state.devices;
  }

  async queryRecentCalls(
    ...args: Parameters<ElementEngine['queryRecentCalls']>
  ): Promise<RecentPage> {
    await this.record('queryRecentCalls', args);
    return this.recentPage;
  }
}

/** Records sounds; the test blocks it with `block()`. */
export class FakeRinger implements ElementRinger {
  /** The current sound: `ringtone`, `ringback (muted)`, …; null: silence. */
  sounding: string | null = null;
  starts = 0;
  closed = false;
  readonly #listeners = new Set<(blocked: boolean) => void>();

  get listenerCount(): number {
    return this.#listeners.size;
  }

  /** Volume and speaker of the newest sound. */
  output: { readonly volume?: number; readonly deviceId?: string } = {};

  ring(sound: Sound, { url, muted, volume, deviceId }: Parameters<ElementRinger['ring']>[1]): void {
    this.starts += 1;
    this.output = { ...(volume !== undefined && { volume }), ...(deviceId && { deviceId }) };
    this.sounding = [sound, url, muted && '(muted)'].filter(Boolean).join(' ');
  }

  stop(): void {
    this.sounding = null;
  }

  block(blocked: boolean): void {
    for (const listener of this.#listeners) listener(blocked);
  }

  onBlocked(callback: (blocked: boolean) => void): () => void {
    this.#listeners.add(callback);
    return () => this.#listeners.delete(callback);
  }

  close(): void {
    this.stop();
    this.closed = true;
  }
}

/** The dependencies of an element as fakes; `pictures` are the video elements with a source. */
export class FakeDependencies implements ElementDependencies {
  readonly engine = new FakeEngine();
  readonly ringer = new FakeRinger();
  readonly canShareScreen = true;
  readonly pictures = new Map<HTMLVideoElement, VideoSource>();
  online = true;
  /** Milliseconds on the clock of `startedAt`. */
  time = 134_000;

  attachVideo(source: VideoSource, video: HTMLVideoElement): () => void {
    this.pictures.set(video, source);
    return () => this.pictures.delete(video);
  }

  async drawBackgrounds(): Promise<readonly (ImageBitmap | null)[]> {
    return [];
  }

  /** The signals of the requested previews. */
  readonly previews: AbortSignal[] = [];

  async openPreview(signal: AbortSignal): Promise<MediaStream> {
    this.previews.push(signal);
    return new MediaStream();
  }

  /** What the system's controls show. */
  systemCall: SystemCall | null = null;
  /** Uses a control of the system. */
  act: (action: SystemAction) => void = () => undefined;

  async loadSystemControls(
    act: (action: SystemAction) => void,
  ): Promise<{ update(call: SystemCall | null): void }> {
    this.act = act;
    return { update: (call) => (this.systemCall = call) };
  }

  /** The ring that is shown outside of the page. */
  alerted: RingAlert | null = null;

  alert(ring: RingAlert): () => void {
    this.alerted = ring;
    return () => (this.alerted = null);
  }

  readonly stored = new Map<string, string>();
  readonly storage = {
    read: (key: string): string | null => this.stored.get(key) ?? null,
    write: (key: string, value: string | null): void =>
      void (value === null ? this.stored.delete(key) : this.stored.set(key, value)),
  };

  readonly requestNotifications = async (): Promise<boolean> => true;

  isOnline(): boolean {
    return this.online;
  }

  now(): number {
    return this.time;
  }

  wallTime(): number {
    return Date.now();
  }

  /** The callbacks of running timers; the test calls them. */
  readonly later: (() => void)[] = [];

  after(_ms: number, callback: () => void): () => void {
    const own = (): void => callback();
    this.later.push(own);
    return () => void this.later.splice(this.later.indexOf(own) >>> 0, 1);
  }
}
