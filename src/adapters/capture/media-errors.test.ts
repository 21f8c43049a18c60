import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CallError } from '../../engine/api/call-error.ts';
import type { TrackSource } from '../../engine/api/ports.ts';
import { captureError, captureSupport, deviceListError, joinError } from './media-errors.ts';

const SOURCES: readonly TrackSource[] = ['microphone', 'camera', 'screen'];

const CAPTURE: readonly [failure: string, microphone: string, camera: string, screen: string][] = [
  ['NotAllowedError', 'permission-denied', 'permission-denied', 'permission-denied'],
  ['SecurityError', 'permission-denied', 'permission-denied', 'permission-denied'],
  ['NotFoundError', 'microphone-unavailable', 'camera-unavailable', 'screen-share-failed'],
  ['NotReadableError', 'microphone-unavailable', 'camera-unavailable', 'screen-share-failed'],
  ['AbortError', 'microphone-unavailable', 'camera-unavailable', 'screen-share-failed'],
  ['OverconstrainedError', 'microphone-unavailable', 'camera-unavailable', 'screen-share-failed'],
  ['InvalidStateError', 'microphone-unavailable', 'camera-unavailable', 'screen-share-failed'],
  ['SomethingNewError', 'microphone-unavailable', 'camera-unavailable', 'screen-share-failed'],
];

for (const [failure, ...names] of CAPTURE) {
  test(`${failure} of the browser becomes ${[...new Set(names)].join(', ')}`, () => {
    const cause = new DOMException('text nobody should rely on', failure);
    const errors = SOURCES.map((source) => captureError(source, cause));
    assert.deepEqual(
      errors.map((error) => error.name),
      names,
    );
    assert.ok(errors.every((error) => error.cause === cause));
  });
}

test('a function that the browser lacks becomes not-supported-here', () => {
  assert.equal(captureError('screen', new TypeError('not a function')).name, 'not-supported-here');
});

test('a CallError is not changed', () => {
  const ours = new CallError('webrtc-not-supported');
  assert.equal(captureError('camera', ours), ours);
  assert.equal(joinError(ours, false), ours);
  assert.equal(deviceListError(ours), ours);
});

test('a page without https cannot open devices; an old browser has no WebRTC', () => {
  assert.equal(captureSupport({ secure: true, mediaDevices: true }), null);
  assert.equal(captureSupport({ secure: false, mediaDevices: false })?.name, 'not-supported-here');
  assert.equal(captureSupport({ secure: true, mediaDevices: false })?.name, 'webrtc-not-supported');
});

test('every failed join of a room becomes media-failed with its reason', () => {
  const reasons = ['NotAllowed', 'ServerUnreachable', 'InternalError', 'Timeout', 'WebSocket'];
  const messages = reasons.map((reasonName) => {
    const error = joinError(Object.assign(new Error('raw'), { reasonName }), false);
    assert.equal(error.name, 'media-failed');
    assert.equal(error.retryable, true);
    return error.message;
  });
  assert.equal(new Set(messages).size, reasons.length);
});

test('a room whose media does not connect after its signalling is distinguished from a server that fails', () => {
  const failed = Object.assign(new Error('raw'), { reasonName: 'InternalError' });
  assert.match(joinError(failed, true).message, /media ports cannot be reached/);
  assert.match(joinError(failed, false).message, /the media server failed/);
});

test('the message of LiveKit about a failed join is not passed on, because it may contain the token', () => {
  const raw = new Error('could not connect to ws://10.0.0.1:7880/rtc?access_token=eyJhbGciOi');
  const error = joinError(Object.assign(raw, { reasonName: 'ServerUnreachable' }), false);
  assert.doesNotMatch(JSON.stringify([error.message, error.cause ?? null]), /eyJ|10\.0\.0\.1/);
});

test('a failed device list becomes device-list-failed', () => {
  assert.equal(deviceListError(new DOMException('', 'NotAllowedError')).name, 'device-list-failed');
});
