import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { settle } from '../../../test/fakes/fake-clock.ts';
import { signedIn, type Bench } from '../../../test/fakes/signed-in.ts';
import { ALICE, BOB, CAROL, ServerCall } from '../../../test/fakes/views.ts';
import { CallError } from '../api/call-error.ts';

/** Tracks, volumes, quality and devices while in a call. */

const MEDIA = { url: 'wss://media.test', token: 'token-1' };
const ring = ServerCall.from(ALICE, [BOB], { mediaType: 'video' });
const talk = ring.at(2000).joins(BOB);

async function bobIn(call: ServerCall, from = ring, options?: { video: boolean }): Promise<Bench> {
  const bob = await signedIn(BOB);
  await bob.push(from.seenBy(BOB));
  const accepting = bob.engine.accept(options);
  await settle();
  bob.socket.answer('accept', { ok: true, call: call.seenBy(BOB), media: MEDIA });
  await accepting;
  await settle();
  bob.heard();
  return bob;
}

describe('the others’ tracks', () => {
  test('are told on change only', async () => {
    const bob = await bobIn(talk);
    const track = { type: 'remote-track', userId: ALICE, source: 'camera' } as const;
    bob.media.tell({ ...track, on: true });
    bob.media.tell({ ...track, on: true });
    assert.equal(bob.state.members[0]?.videoOn, true);
    bob.media.tell({ ...track, on: false });
    bob.media.tell({ ...track, source: 'screen', on: true });
    assert.deepEqual(bob.heard(), [
      'onUserVideoAvailable(alice, true)',
      'onUserVideoAvailable(alice, false)',
      'onScreenShareChanged(alice, true)',
    ]);
  });

  test('end before the leaving is told', async () => {
    const bob = await bobIn(talk);
    bob.media.tell({ type: 'remote-track', userId: ALICE, source: 'microphone', on: true });
    bob.heard();
    await bob.push(talk.at(5000).ends('hangup', ALICE).seenBy(BOB));
    assert.deepEqual(bob.heard(), [
      'onUserAudioAvailable(alice, false)',
      'onUserLeave(alice)',
      'onCallEnd(room-1, video, callee, 3000)',
    ]);
  });

  test('of someone who is no member are not told', async () => {
    const bob = await bobIn(talk);
    bob.media.tell({ type: 'remote-track', userId: CAROL, source: 'camera', on: true });
    assert.deepEqual(bob.heard(), []);
  });

  test('are gone while media is lost, and told again when it is back', async () => {
    const bob = await bobIn(talk);
    const track = { type: 'remote-track', userId: ALICE, source: 'camera', on: true } as const;
    bob.media.tell(track);
    bob.media.tell({ type: 'media-lost', reason: 'gone' });
    await settle();
    bob.socket.answer('media-access', { ok: true, media: MEDIA });
    await settle();
    bob.media.tell(track);
    assert.deepEqual(bob.heard(), [
      'onUserVideoAvailable(alice, true)',
      'onUserVideoAvailable(alice, false)',
      'onUserVideoAvailable(alice, true)',
    ]);
  });
});

test('volumes are told about twice a second while someone speaks, and once as silence', async () => {
  const bob = await bobIn(talk);
  const speak = (volume: number) =>
    bob.media.tell({ type: 'volumes', volumes: { alice: volume, bob: 0 } });
  speak(0);
  assert.deepEqual(bob.heard(), []);
  speak(40);
  await bob.clock.pass(100);
  speak(50);
  assert.equal(bob.state.members[0]?.volume, 50);
  await bob.clock.pass(400);
  speak(60);
  await bob.clock.pass(100);
  speak(0);
  speak(0);
  assert.deepEqual(bob.heard(), [
    'onUserVoiceVolumeChanged({"alice":40,"bob":0})',
    'onUserVoiceVolumeChanged({"alice":60,"bob":0})',
    'onUserVoiceVolumeChanged({"alice":0,"bob":0})',
  ]);
});

test('network quality is told on change, and from time to time', async () => {
  const bob = await bobIn(talk);
  const network = (quality: 'good' | 'vBad') =>
    bob.media.tell({ type: 'network', list: [{ userId: ALICE, quality }] });
  network('good');
  network('good');
  network('vBad');
  await bob.clock.pass(4000);
  network('vBad');
  assert.equal(bob.state.members[0]?.quality, 'vBad');
  assert.deepEqual(bob.heard(), [
    'onUserNetworkQualityChanged([{"userId":"alice","quality":"good"}])',
    'onUserNetworkQualityChanged([{"userId":"alice","quality":"vBad"}])',
    'onUserNetworkQualityChanged([{"userId":"alice","quality":"vBad"}])',
  ]);
});

describe('the own tracks', () => {
  test('a video call may be answered without the camera', async () => {
    const bob = await bobIn(talk, ring, { video: false });
    assert.deepEqual([...bob.media.open], ['microphone']);
    await bob.engine.openCamera();
    assert.equal(bob.state.camera.on, true);
    assert.equal(bob.state.members[1]?.videoOn, true);
  });

  test('a wish that changes while the first is under way ends with the last', async () => {
    const bob = await bobIn(talk);
    bob.media.hold();
    const opening = bob.engine.closeCamera();
    void bob.engine.openCamera();
    void bob.engine.closeCamera();
    void bob.engine.openCamera();
    assert.equal(bob.state.camera.pending, true);
    assert.deepEqual(bob.media.asked.slice(-1), ['camera off']);
    bob.media.release();
    await opening;
    await settle();
    assert.deepEqual(bob.media.asked.slice(-2), ['camera off', 'camera on']);
    assert.deepEqual(bob.state.camera, { wanted: true, on: true, pending: false, error: null });
  });

  test('sharing that is stopped in the browser’s own bar is off, not failed', async () => {
    const bob = await bobIn(talk);
    await bob.engine.startScreenShare();
    assert.equal(bob.state.screen.on, true);
    bob.media.tell({ type: 'local-track', source: 'screen', on: false, error: null });
    assert.deepEqual(bob.state.screen, { wanted: false, on: false, pending: false, error: null });
    assert.equal(bob.state.error, null);
  });

  test('a picker that is closed is told to who asked, and is no trouble', async () => {
    const bob = await bobIn(talk);
    bob.media.failures.set('screen', new CallError('permission-denied'));
    await assert.rejects(bob.engine.startScreenShare(), { name: 'permission-denied' });
    assert.equal(bob.state.error, null);
    assert.deepEqual(bob.heard(), []);
  });

  test('a wish before the server has named this device is kept, and opens nothing', async () => {
    const bob = await signedIn(BOB);
    await bob.push(ring.seenBy(BOB));
    void bob.engine.accept();
    await settle();
    await bob.engine.closeMicrophone();
    assert.deepEqual([...bob.media.open], []);
    bob.socket.answer('accept', { ok: true, call: talk.seenBy(BOB), media: MEDIA });
    await settle();
    assert.deepEqual([...bob.media.open], ['camera']);
  });
});

describe('the media type', () => {
  const voiceRing = ServerCall.from(ALICE, [BOB]);
  const voice = voiceRing.at(2000).joins(BOB);
  const video = voice.at(5000).with({ mediaType: 'video' });

  test('towards video opens the camera of who asked', async () => {
    const bob = await bobIn(voice, voiceRing);
    const switching = bob.engine.switchCallMediaType('video');
    await settle();
    bob.socket.answer('switch-media-type', { ok: true, call: video.seenBy(BOB) });
    await switching;
    await settle();
    assert.deepEqual([...bob.media.open], ['microphone', 'camera']);
    assert.deepEqual(bob.heard(), ['onCallMediaTypeChanged(audio, video)']);
  });

  test('towards video opens no camera of anyone else (H46)', async () => {
    const bob = await bobIn(voice, voiceRing);
    await bob.push(video.seenBy(BOB));
    assert.deepEqual([...bob.media.open], ['microphone']);
    assert.equal(bob.state.mediaType, 'video');
  });

  test('towards audio closes camera and screen on all devices', async () => {
    const bob = await bobIn(talk);
    await bob.engine.startScreenShare();
    await bob.push(talk.at(5000).with({ mediaType: 'audio' }).seenBy(BOB));
    assert.deepEqual([...bob.media.open], ['microphone']);
    assert.equal(bob.state.camera.on, false);
  });
});

test('a browser without WebRTC is told so, and the call is not ended for it', async () => {
  const bob = await signedIn(BOB);
  bob.media.failures.set('join', new CallError('webrtc-not-supported', 'none'));
  await bob.push(ring.seenBy(BOB));
  void bob.engine.accept();
  await settle();
  bob.socket.answer('accept', { ok: true, call: talk.seenBy(BOB), media: MEDIA });
  await bob.clock.pass(60_000);
  assert.equal(bob.state.phase, 'connecting');
  assert.equal(bob.state.error?.name, 'webrtc-not-supported');
  assert.equal(bob.media.asked.filter((line) => line.startsWith('join')).length, 1);
});

test('devices are listed, chosen, and told when they change', async () => {
  const bob = await signedIn(BOB);
  const choice = { deviceId: 'usb', label: 'USB', selected: true };
  bob.media.devices = { microphones: [choice], cameras: [], speakers: [] };
  assert.deepEqual(await bob.engine.getDevices(), bob.media.devices);
  assert.equal(bob.state.devices.microphones[0]?.label, 'USB');
  await bob.engine.selectDevice('microphone', 'usb');
  assert.equal(bob.media.asked.at(-1), 'select microphone usb');
  await assert.rejects(bob.engine.selectDevice('ears' as never, 'x'), /kind/);
  await assert.rejects(bob.engine.switchCamera(), { name: 'not-supported-here' });
  const devices = { microphones: [], cameras: [], speakers: [] };
  bob.media.tell({ type: 'devices-changed', devices, kind: 'microphone', deviceId: '' });
  assert.deepEqual(bob.heard(), ['onDeviceChanged(microphone, )']);
  assert.equal(bob.state.devices, devices);
});

test('the sound that the browser keeps back is shown until it is unlocked (F100)', async () => {
  const bob = await bobIn(talk);
  bob.media.tell({ type: 'audio-blocked', blocked: true });
  assert.equal(bob.state.audioBlocked, true);
  await bob.engine.unlockAudio();
  bob.media.tell({ type: 'audio-blocked', blocked: false });
  assert.equal(bob.state.audioBlocked, false);
});

test('what did not change keeps its identity', async () => {
  const bob = await bobIn(talk);
  const before = bob.state;
  const changes = bob.states.length;
  bob.media.tell({ type: 'remote-track', userId: ALICE, source: 'camera', on: true });
  assert.notEqual(bob.state, before);
  assert.notEqual(bob.state.members[0], before.members[0]);
  assert.equal(bob.state.members[1], before.members[1]);
  assert.equal(bob.state.camera, before.camera);
  bob.media.tell({ type: 'remote-track', userId: ALICE, source: 'camera', on: true });
  assert.equal(bob.states.length, changes + 1);
});

test('an effect that cannot run is told, and the call goes on', async () => {
  const bob = await bobIn(talk);
  bob.media.tell({ type: 'effect-failed', effect: 'background', reason: 'too-slow' });
  assert.deepEqual(bob.heard(), ['onEffectFailed(background, too-slow)']);
  assert.equal(bob.state.phase, 'connected');
});
