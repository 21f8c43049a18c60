import { CallError } from '../../src/engine/api/call-error.ts';
import type { EffectCheck, MediaEffectChanges } from '../../src/engine/api/media-effects.ts';
import type { DeviceKind } from '../../src/engine/api/observer.ts';
import type {
  MediaUpdate,
  MediaJoin,
  MediaSession,
  TrackSource,
  VideoEncoderParams,
} from '../../src/engine/api/ports.ts';
import type { DeviceList } from '../../src/engine/api/snapshot.ts';

/** A media session that succeeds unless a test makes it fail, and records its calls. */
export class FakeMedia implements MediaSession {
  /** The calls as text, in order. */
  readonly asked: string[] = [];
  readonly open = new Set<TrackSource>();
  readonly failures = new Map<TrackSource | 'join', CallError>();
  joined = false;
  supported = true;
  devices: DeviceList = { microphones: [], cameras: [], speakers: [] };
  /** While set, joins and track changes wait for `release()`. */
  #held: (() => void)[] | null = null;
  readonly #listeners = new Set<(fact: MediaUpdate) => void>();

  isSupported(): boolean {
    return this.supported;
  }

  prepare(url: string): void {
    this.asked.push(`prepare ${url}`);
  }

  async join({ url, token, mediaType }: MediaJoin): Promise<void> {
    this.asked.push(`join ${url} ${token} ${mediaType}`);
    await this.#gate();
    this.#failIf('join');
    this.joined = true;
  }

  leave(): Promise<void> {
    this.asked.push('leave');
    this.joined = false;
    this.open.clear();
    return Promise.resolve();
  }

  async setTrack(source: TrackSource, on: boolean): Promise<void> {
    this.asked.push(`${source} ${on ? 'on' : 'off'}`);
    await this.#gate();
    if (on) this.#failIf(source);
    if (on) this.open.add(source);
    else this.open.delete(source);
  }

  selectDevice(kind: DeviceKind, deviceId: string): Promise<void> {
    this.asked.push(`select ${kind} ${deviceId}`);
    return Promise.resolve();
  }

  muteRemoteAudio(on: boolean): Promise<void> {
    this.asked.push(`remote audio ${on ? 'off' : 'on'}`);
    return Promise.resolve();
  }

  switchCamera(): Promise<void> {
    return Promise.reject(new CallError('not-supported-here'));
  }

  listDevices(): Promise<DeviceList> {
    return Promise.resolve(this.devices);
  }

  setVideoEncoder(params: VideoEncoderParams): Promise<void> {
    this.asked.push(`encoder ${params.resolution}`);
    return Promise.resolve();
  }

  readonly effects = null;

  setEffects(changes: MediaEffectChanges): Promise<void> {
    this.asked.push(`effects ${JSON.stringify(changes)}`);
    return Promise.resolve();
  }

  checkEffects(): Promise<EffectCheck> {
    return Promise.resolve({
      background: 'webassembly-blocked',
      beauty: null,
      'noise-suppression': 'webassembly-blocked',
    });
  }

  unlockAudio(): Promise<void> {
    this.asked.push('unlock');
    return Promise.resolve();
  }

  listen(onFact: (fact: MediaUpdate) => void): () => void {
    this.#listeners.add(onFact);
    return () => this.#listeners.delete(onFact);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  emit(fact: MediaUpdate): void {
    for (const listener of [...this.#listeners]) listener(fact);
  }

  /** Makes joins and track changes wait for `release()`. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const go of held) go();
  }

  #gate(): Promise<void> {
    const held = this.#held;
    return held === null ? Promise.resolve() : new Promise((go) => held.push(go));
  }

  #failIf(what: TrackSource | 'join'): void {
    const error = this.failures.get(what);
    if (error !== undefined) throw error;
  }
}
