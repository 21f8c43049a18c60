import assert from 'node:assert/strict';
import { test } from 'node:test';

import { choices } from './browser-devices.ts';

const entry = (deviceId: string, label: string, groupId: string) => ({
  kind: 'audioinput' as const,
  deviceId,
  label,
  groupId,
});

/** What Chromium lists on Windows, with the headset as the default device for calls. */
const WINDOWS = [
  entry('default', 'Default - Laptop (Realtek)', 'laptop'),
  entry('communications', 'Communications - Headset (USB)', 'headset'),
  entry('m1', 'Laptop (Realtek)', 'laptop'),
  entry('m2', 'Headset (USB)', 'headset'),
];

const laptop = { deviceId: 'm1', label: 'Laptop (Realtek)', selected: true, isDefault: true };
const headset = { deviceId: 'm2', label: 'Headset (USB)', selected: false, isDefault: false };

test('lists each device once and marks the default', () => {
  assert.deepEqual(choices(WINDOWS, 'microphone', null), [laptop, headset]);
});

test('selects the device behind the entry in use', () => {
  assert.deepEqual(choices(WINDOWS, 'microphone', 'default'), [laptop, headset]);
  assert.deepEqual(choices(WINDOWS, 'microphone', 'communications'), [
    { ...laptop, selected: false },
    { ...headset, selected: true },
  ]);
});

test('distinguishes two devices of one group by their labels', () => {
  const dock = [
    entry('default', 'Default - Dock front', 'dock'),
    entry('d1', 'Dock back', 'dock'),
    entry('d2', 'Dock front', 'dock'),
  ];
  assert.deepEqual(
    choices(dock, 'microphone', null).map(({ deviceId, isDefault }) => [deviceId, isDefault]),
    [
      ['d1', false],
      ['d2', true],
    ],
  );
});

test('keeps a default entry without a device of its own', () => {
  const only = [entry('default', 'Default', '')];
  assert.deepEqual(choices(only, 'microphone', null), [
    { deviceId: 'default', label: 'Default', selected: true, isDefault: true },
  ]);
});

test('lists nothing before the permission', () => {
  assert.deepEqual(choices([entry('', '', '')], 'microphone', null), []);
});
