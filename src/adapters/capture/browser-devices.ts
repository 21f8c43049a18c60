import type { DeviceKind } from '../../engine/api/observer.ts';
import type { DeviceChoice, DeviceList } from '../../engine/api/snapshot.ts';
import { deviceListError } from './media-errors.ts';

/** What each kind is called by the browser. */
const BROWSER_KIND: Readonly<Record<DeviceKind, MediaDeviceKind>> = {
  microphone: 'audioinput',
  camera: 'videoinput',
  speaker: 'audiooutput',
};

export const DEVICE_KINDS: readonly DeviceKind[] = ['microphone', 'camera', 'speaker'];

/** Which device of each kind is in use or chosen; null: the browser's default. */
export type Selected = Readonly<Record<DeviceKind, string | null>>;

/** Speakers can be chosen in Chromium and Firefox, not in Safari. */
export function canChooseSpeaker(): boolean {
  return 'setSinkId' in HTMLMediaElement.prototype;
}

/** @throws {CallError} device-list-failed */
export async function listDevices(selected: Selected): Promise<DeviceList> {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) throw deviceListError(new TypeError('no media devices'));
  const found = await devices.enumerateDevices().catch((cause: unknown) => {
    throw deviceListError(cause);
  });
  const of = (kind: DeviceKind): DeviceChoice[] => choices(found, kind, selected[kind]);
  return {
    microphones: of('microphone'),
    cameras: of('camera'),
    speakers: canChooseSpeaker() ? of('speaker') : [],
  };
}

export function choicesOf(list: DeviceList, kind: DeviceKind): readonly DeviceChoice[] {
  if (kind === 'microphone') return list.microphones;
  return kind === 'camera' ? list.cameras : list.speakers;
}

function choices(
  found: readonly MediaDeviceInfo[],
  kind: DeviceKind,
  selected: string | null,
): DeviceChoice[] {
  // Before a permission there is one nameless entry a kind: nothing that could be chosen.
  const named = found.filter((one) => one.kind === BROWSER_KIND[kind] && one.deviceId !== '');
  const chosen = named.find((one) => one.deviceId === selected) ?? named[0];
  return named.map((one) => ({
    deviceId: one.deviceId,
    label: one.label,
    selected: one === chosen,
  }));
}

/** Calls back whenever something was plugged in or pulled out. */
export function watchDevices(changed: () => void, signal: AbortSignal): void {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  devices?.addEventListener('devicechange', changed, { signal });
}
