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
  Sound,
} from '../../components/tui-call/session/dependencies.ts';
import { idle } from './call-scenes.ts';

type Command = Exclude<keyof ElementEngine, 'state' | 'effects' | 'subscribe' | 'listen'>;

/** What was asked of the engine: the method and its arguments. */
export type Asked = readonly [Command, ...unknown[]];

/**
 * The engine as the element sees it: shows the states it is given, remembers what it is asked, and
 * answers as told. It decides nothing.
 */
export class FakeEngine implements ElementEngine {
  state: CallSnapshot = { ...idle, userId: null };
  readonly asked: Asked[] = [];
  effects: ElementEngine['effects'] = null;
  recentPage: RecentPage = { calls: [], cursor: null };
  /** Commands that are refused, and with what. */
  readonly refusals = new Map<Command, CallError>();
  readonly #stateListeners = new Set<() => void>();
  readonly #listeners = new Set<(notification: Notification) => void>();

  get listenerCount(): number {
    return this.#stateListeners.size + this.#listeners.size;
  }

  show(state: CallSnapshot): void {
    this.state = state;
    for (const listener of this.#stateListeners) listener();
  }

  notify<Name extends CallbackName>(
    name: Name,
    args: CallbackArguments[Name],
    info: CallInfo = { callId: '' },
  ): void {
    const notification = { name, args, info } as Notification;
    for (const listener of this.#listeners) listener(notification);
  }

  subscribe(listener: () => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  listen(listener: (notification: Notification) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  init = this.#command('init');
  destroy = this.#command('destroy');
  renewUserSig = this.#command('renewUserSig');
  setSelfInfo = this.#command('setSelfInfo');
  accept = this.#command('accept');
  reject = this.#command('reject');
  ignore = this.#command('ignore');
  hangup = this.#command('hangup');
  dismiss = this.#command('dismiss');
  join = this.#command('join');
  inviteUser = this.#command('inviteUser');
  joinGroup = this.#command('joinGroup');
  moveHere = this.#command('moveHere');
  acceptWaiting = this.#command('acceptWaiting');
  rejectWaiting = this.#command('rejectWaiting');
  holdCall = this.#command('holdCall');
  deleteRecentCalls = this.#command('deleteRecentCalls');
  switchCallMediaType = this.#command('switchCallMediaType');
  openCamera = this.#command('openCamera');
  closeCamera = this.#command('closeCamera');
  openMicrophone = this.#command('openMicrophone');
  closeMicrophone = this.#command('closeMicrophone');
  switchCamera = this.#command('switchCamera');
  startScreenShare = this.#command('startScreenShare');
  stopScreenShare = this.#command('stopScreenShare');
  selectDevice = this.#command('selectDevice');
  setVideoEncoderParams = this.#command('setVideoEncoderParams');
  unlockAudio = this.#command('unlockAudio');
  setEffects = this.#command('setEffects');

  async calls(...args: Parameters<ElementEngine['calls']>): Promise<{ callId: string }> {
    await this.#take('calls', args);
    return { callId: 'call-made-by-the-fake' };
  }

  async getDevices(): Promise<DeviceList> {
    await this.#take('getDevices', []);
    return this.state.devices;
  }

  async queryRecentCalls(
    ...args: Parameters<ElementEngine['queryRecentCalls']>
  ): Promise<RecentPage> {
    await this.#take('queryRecentCalls', args);
    return this.recentPage;
  }

  #command(name: Command): (...args: unknown[]) => Promise<void> {
    return (...args) => this.#take(name, args);
  }

  async #take(name: Command, args: readonly unknown[]): Promise<void> {
    this.asked.push([name, ...args]);
    const refusal = this.refusals.get(name);
    if (refusal) throw refusal;
  }
}

/** Remembers what sounds, and says that it is blocked when told so. */
export class FakeRinger implements ElementRinger {
  /** What sounds now: `ringtone`, `ringback (muted)`, …; null is silence. */
  sounding: string | null = null;
  starts = 0;
  closed = false;
  readonly #listeners = new Set<(blocked: boolean) => void>();

  get listenerCount(): number {
    return this.#listeners.size;
  }

  ring(sound: Sound, { url, muted }: { url?: string; muted: boolean }): void {
    this.starts += 1;
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

/** Everything an element needs, faked; `pictures` are the videos that are filled now. */
export class FakeParts implements ElementDependencies {
  readonly engine = new FakeEngine();
  readonly ringer = new FakeRinger();
  readonly canShareScreen = true;
  readonly pictures = new Map<HTMLVideoElement, VideoSource>();
  online = true;
  /** Ms, on the clock of `startedAt`. */
  time = 134_000;

  attachVideo(source: VideoSource, video: HTMLVideoElement): () => void {
    this.pictures.set(video, source);
    return () => this.pictures.delete(video);
  }

  /** The signals of the previews that were asked for. */
  readonly previews: AbortSignal[] = [];

  async openPreview(signal: AbortSignal): Promise<MediaStream> {
    this.previews.push(signal);
    return new MediaStream();
  }

  isOnline(): boolean {
    return this.online;
  }

  now(): number {
    return this.time;
  }

  /** What is to be done later, until the test does it. */
  readonly later: (() => void)[] = [];

  after(_ms: number, callback: () => void): () => void {
    this.later.push(callback);
    return () => undefined;
  }
}
