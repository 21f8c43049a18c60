import { CallError } from '../../engine/api/call-error.ts';
import type { DeviceKind } from '../../engine/api/observer.ts';
import type { MediaUpdate } from '../../engine/api/ports.ts';
import type { DeviceChoice, DeviceList } from '../../engine/api/snapshot.ts';
import type { CameraChoice } from './browser-capture.ts';
import {
  canChooseSpeaker,
  choicesOf,
  DEVICE_KINDS,
  listDevices,
  watchDevices,
} from './browser-devices.ts';
import type { LocalTracks } from './local-tracks.ts';

export interface DeviceSelectorDependencies {
  readonly local: LocalTracks;
  readonly room: () => { useSpeaker(deviceId: string): Promise<void> } | null;
  readonly emit: (update: MediaUpdate) => void;
}

/** Selects microphone, camera and speaker, and reports changes of the device list. */
export class DeviceSelector {
  readonly #dependencies: DeviceSelectorDependencies;
  #watching: AbortController | null = null;
  #known: DeviceList | null = null;
  speakerId: string | null = null;

  constructor(dependencies: DeviceSelectorDependencies) {
    this.#dependencies = dependencies;
  }

  /** @throws {CallError} device-list-failed */
  list(): Promise<DeviceList> {
    const { local } = this.#dependencies;
    return listDevices({
      microphone: local.deviceId('microphone') ?? local.microphoneId,
      camera: local.deviceId('camera') ?? chosenCamera(local.cameraChoice),
      speaker: this.speakerId,
    });
  }

  /** @throws {CallError} invalid-parameter | not-supported-here | device-list-failed | … */
  async select(kind: DeviceKind, deviceId: string): Promise<void> {
    if (kind === 'speaker' && !canChooseSpeaker()) {
      throw new CallError('not-supported-here', 'the browser cannot select a speaker');
    }
    const known = choicesOf(await this.list(), kind).some((one) => one.deviceId === deviceId);
    if (!known) throw new CallError('invalid-parameter', `no ${kind} with this deviceId`);
    if (kind === 'speaker') {
      await this.#dependencies.room()?.useSpeaker(deviceId);
      this.speakerId = deviceId;
      return this.report('speaker');
    }
    await this.#use(kind, kind === 'camera' ? { deviceId } : deviceId);
  }

  /** @throws {CallError} not-supported-here | camera-unavailable */
  async switchCamera(): Promise<void> {
    const { local } = this.#dependencies;
    const cameras = (await this.list()).cameras;
    if (cameras.length < 2) throw new CallError('not-supported-here', 'there is no other camera');
    const facing = local.facingMode();
    if (facing === 'user' || facing === 'environment') {
      return this.#use('camera', { facingMode: facing === 'user' ? 'environment' : 'user' });
    }
    // Desktop cameras have no facing mode: the next one in the list.
    const at = cameras.findIndex((one) => one.selected);
    const next = cameras[(at + 1) % cameras.length];
    if (next) await this.#use('camera', { deviceId: next.deviceId });
  }

  /** Reports changes of the device list until `unwatch()`. Idempotent. */
  watch(): void {
    if (this.#watching) return;
    this.#watching = new AbortController();
    const { signal } = this.#watching;
    watchDevices(() => this.#onChange(signal), signal);
    this.list().then(
      (list) => (this.#known ??= list),
      () => undefined,
    );
  }

  unwatch(): void {
    this.#watching?.abort();
    this.#watching = null;
    this.#known = null;
  }

  /** Emits the device in use of this kind. */
  report(kind: DeviceKind): void {
    this.list().then(
      (devices) => this.#emit(kind, devices),
      () => undefined,
    );
  }

  /** Opens the chosen device. If that fails, the previous one stays in use. */
  async #use(kind: 'microphone' | 'camera', choice: string | NonNullable<CameraChoice>) {
    const { local } = this.#dependencies;
    const { microphoneId, cameraChoice } = local;
    if (typeof choice === 'string') local.microphoneId = choice;
    else local.cameraChoice = choice;
    try {
      await local.reopen(kind);
    } catch (cause) {
      Object.assign(local, { microphoneId, cameraChoice });
      // The previous camera was closed before.
      if (kind === 'camera') await local.reopen(kind).catch((lost) => local.fail(kind, lost));
      throw cause;
    }
    if (local.deviceId(kind) === null) this.report(kind);
  }

  #onChange(signal: AbortSignal): void {
    this.list().then(
      (devices) => {
        if (signal.aborted) return;
        const before = this.#known;
        this.#known = devices;
        if (before) for (const kind of DEVICE_KINDS) this.#compare(kind, before, devices);
      },
      () => undefined,
    );
  }

  #compare(kind: DeviceKind, before: DeviceList, now: DeviceList): void {
    const remaining = choicesOf(now, kind);
    if (isSameList(choicesOf(before, kind), remaining)) return;
    // A microphone or camera in use ends its track by itself, and the track's owner opens another.
    if (kind === 'speaker' && this.speakerId !== null)
      this.#followSpeaker(this.speakerId, remaining);
    this.#emit(kind, now);
  }

  /** The selected speaker may be gone, or be back after a call that began without it. */
  #followSpeaker(selected: string, remaining: readonly DeviceChoice[]): void {
    const isThere = remaining.some(({ deviceId }) => deviceId === selected);
    if (!isThere) this.speakerId = null;
    this.#dependencies
      .room()
      ?.useSpeaker(isThere ? selected : 'default')
      .catch(() => undefined);
  }

  #emit(kind: DeviceKind, devices: DeviceList): void {
    const selected = choicesOf(devices, kind).find((one) => one.selected);
    const deviceId = selected?.deviceId ?? '';
    this.#dependencies.emit({ type: 'devices-changed', devices, kind, deviceId });
  }
}

function isSameList(before: readonly DeviceChoice[], now: readonly DeviceChoice[]): boolean {
  const describe = ({ deviceId, isDefault }: DeviceChoice): string => `${deviceId} ${isDefault}`;
  return before.map(describe).join() === now.map(describe).join();
}

function chosenCamera(choice: CameraChoice): string | null {
  return choice && 'deviceId' in choice ? choice.deviceId : null;
}
