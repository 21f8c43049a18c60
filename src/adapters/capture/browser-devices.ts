import type { DeviceKind } from '../../engine/api/observer.ts';
import type { DeviceChoice, DeviceList } from '../../engine/api/snapshot.ts';
import { deviceListError } from './media-errors.ts';

/** The browser's names of the kinds. */
const BROWSER_KIND: Readonly<Record<DeviceKind, MediaDeviceKind>> = {
  microphone: 'audioinput',
  camera: 'videoinput',
  speaker: 'audiooutput',
};

const ALIASES: readonly string[] = ['default', 'communications'];

type DeviceEntry = Pick<MediaDeviceInfo, 'deviceId' | 'groupId' | 'kind' | 'label'>;

export const DEVICE_KINDS: readonly DeviceKind[] = ['microphone', 'camera', 'speaker'];

/** The selected device of each kind; null: the browser's default. */
export type Selected = Readonly<Record<DeviceKind, string | null>>;

/** False in Safari (https://caniuse.com/mdn-api_htmlmediaelement_setsinkid). */
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

export function choices(
  found: readonly DeviceEntry[],
  kind: DeviceKind,
  selected: string | null,
): DeviceChoice[] {
  // Without permission the browser gives one entry of each kind, without an id.
  const named = found.filter((one) => one.kind === BROWSER_KIND[kind] && one.deviceId !== '');
  const devices = named.filter((one) => deviceOf(one, named) === one);
  const target = (deviceId: string | null): DeviceEntry | undefined => {
    const entry = named.find((one) => one.deviceId === deviceId);
    return entry && deviceOf(entry, named);
  };
  const systemDefault = target('default');
  const chosen = target(selected) ?? systemDefault ?? devices[0];
  return devices.map((one) => ({
    deviceId: one.deviceId,
    label: one.label,
    selected: one === chosen,
    isDefault: one === systemDefault,
  }));
}

/**
 * Chromium lists a device a second time as `default`, and on Windows a third time as `communications`
 * (https://developer.mozilla.org/docs/Web/API/MediaDeviceInfo/deviceId; the label is "Default - " and the
 * device's). The device behind such an entry; the entry itself where there is none.
 */
function deviceOf(entry: DeviceEntry, all: readonly DeviceEntry[]): DeviceEntry {
  if (!ALIASES.includes(entry.deviceId)) return entry;
  const sameGroup = all.filter(
    ({ deviceId, groupId }) => groupId === entry.groupId && !ALIASES.includes(deviceId),
  );
  return sameGroup.find(({ label }) => entry.label.endsWith(label)) ?? sameGroup[0] ?? entry;
}

/** Calls back when a device is connected or removed. */
export function watchDevices(changed: () => void, signal: AbortSignal): void {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  devices?.addEventListener('devicechange', changed, { signal });
}
