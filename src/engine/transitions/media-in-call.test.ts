import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { settle } from '../../../test/fakes/fake-clock.ts';
import { signedIn, type Bench } from '../../../test/fakes/signed-in.ts';
import { ALICE, BOB, CAROL, ServerCall } from '../../../test/fakes/views.ts';
import { errorShape } from '../../protocol/index.ts';
import { CallError } from '../api/call-error.ts';

/** Tracks, volumes, network quality and devices in a call. */

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
  bob.takeCallbacks();
  return bob;
}

describe('the remote tracks', () => {
  test('are notified on change only', async () => {
    const bob = await bobIn(talk);
    const track = { type: 'remote-track', userId: ALICE, source: 'camera' } as const;
    bob.media.emit({ ...track, on: true });
    bob.media.emit({ ...track, on: true });
    assert.equal(bob.state.members[0]?.videoOn, true);
    bob.media.emit({ ...track, on: false });
    bob.media.emit({ ...track, source: 'screen', on: true });
    assert.deepEqual(bob.takeCallbacks(), [
      'onUserVideoAvailable(alice, true)',
      'onUserVideoAvailable(alice, false)',
      'onScreenShareChanged(alice, true)',
    ]);
  });

  test('end before onUserLeave', async () => {
    const bob = await bobIn(talk);
    bob.media.emit({ type: 'remote-track', userId: ALICE, source: 'microphone', on: true });
    bob.takeCallbacks();
    await bob.push(talk.at(5000).ends('hangup', ALICE).seenBy(BOB));
    assert.deepEqual(bob.takeCallbacks(), [
      'onUserAudioAvailable(alice, false)',
      'onUserLeave(alice)',
      'onCallEnd(room-1, video, callee, 3000)',
    ]);
  });

  test('of a user who is not a member are not notified', async () => {
    const bob = await bobIn(talk);
    bob.media.emit({ type: 'remote-track', userId: CAROL, source: 'camera', on: true });
    assert.deepEqual(bob.takeCallbacks(), []);
  });

  test('are unavailable while media is lost, and notified again afterwards', async () => {
    const bob = await bobIn(talk);
    const track = { type: 'remote-track', userId: ALICE, source: 'camera', on: true } as const;
    bob.media.emit(track);
    bob.media.emit({ type: 'media-lost', reason: 'gone' });
    await settle();
    bob.socket.answer('media-access', { ok: true, media: MEDIA });
    await settle();
    bob.media.emit(track);
    assert.deepEqual(bob.takeCallbacks(), [
      'onUserVideoAvailable(alice, true)',
      'onUserVideoAvailable(alice, false)',
      'onUserVideoAvailable(alice, true)',
    ]);
  });
});

describe('the quality of the own connection', () => {
  const quality = {
    measuredMs: 60_000,
    poorMs: 0,
    reconnections: 0,
    roundTripMs: 20,
    lossPercent: null,
  };
  const reports = (bob: Bench) => bob.socket.sent.filter(({ type }) => type === 'report-quality');

  test('is reported once for the call that was left, also when it has ended', async () => {
    const bob = await bobIn(talk);
    const { callId } = talk.seenBy(BOB);
    await bob.push(talk.at(5000).ends('hangup', ALICE).seenBy(BOB));
    bob.takeCallbacks();
    bob.media.emit({ type: 'quality', callId, quality });
    const [report, ...others] = reports(bob);
    assert.deepEqual(
      [{ ...report, id: '' }, others],
      [{ type: 'report-quality', id: '', callId, quality }, []],
    );
    bob.socket.answer('report-quality', { ok: true });
    await settle();
    assert.deepEqual(bob.takeCallbacks(), []);
  });

  test('is no error for the user if the server refuses the report', async () => {
    const bob = await bobIn(talk);
    bob.media.emit({ type: 'quality', callId: talk.seenBy(BOB).callId, quality });
    const error = errorShape('not-supported-here');
    bob.socket.answer('report-quality', { ok: false, error });
    await settle();
    assert.deepEqual([bob.takeCallbacks(), bob.state.error], [[], null]);
  });
});

test('volumes are notified about twice a second while a user speaks, and once as silence', async () => {
  const bob = await bobIn(talk);
  const speak = (volume: number) =>
    bob.media.emit({ type: 'volumes', volumes: { alice: volume, bob: 0 } });
  speak(0);
  assert.deepEqual(bob.takeCallbacks(), []);
  speak(40);
  await bob.clock.pass(100);
  speak(50);
  assert.equal(bob.state.members[0]?.volume, 50);
  await bob.clock.pass(400);
  speak(60);
  await bob.clock.pass(100);
  speak(0);
  speak(0);
  assert.deepEqual(bob.takeCallbacks(), [
    'onUserVoiceVolumeChanged({"alice":40,"bob":0})',
    'onUserVoiceVolumeChanged({"alice":60,"bob":0})',
    'onUserVoiceVolumeChanged({"alice":0,"bob":0})',
  ]);
});

test('network quality is notified on change, and periodically', async () => {
  const bob = await bobIn(talk);
  const network = (quality: 'good' | 'vBad') =>
    bob.media.emit({ type: 'network', list: [{ userId: ALICE, quality }] });
  network('good');
  network('good');
  network('vBad');
  await bob.clock.pass(4000);
  network('vBad');
  assert.equal(bob.state.members[0]?.quality, 'vBad');
  assert.deepEqual(bob.takeCallbacks(), [
    'onUserNetworkQualityChanged([{"userId":"alice","quality":"good"}])',
    'onUserNetworkQualityChanged([{"userId":"alice","quality":"vBad"}])',
    'onUserNetworkQualityChanged([{"userId":"alice","quality":"vBad"}])',
  ]);
});

describe('the local tracks', () => {
  test('a video call can be answered without the camera', async () => {
    const bob = await bobIn(talk, ring, { video: false });
    assert.deepEqual([...bob.media.open], ['microphone']);
    await bob.engine.openCamera();
    assert.equal(bob.state.camera.on, true);
    assert.equal(bob.state.members[1]?.videoOn, true);
  });

  test('a change during a pending change is applied afterwards', async () => {
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

  test('sharing that is stopped in the browser’s bar is off without an error', async () => {
    const bob = await bobIn(talk);
    await bob.engine.startScreenShare();
    assert.equal(bob.state.screen.on, true);
    bob.media.emit({ type: 'local-track', source: 'screen', on: false, error: null });
    assert.deepEqual(bob.state.screen, { wanted: false, on: false, pending: false, error: null });
    assert.equal(bob.state.error, null);
  });

  test('a closed picker rejects the promise and shows no error', async () => {
    const bob = await bobIn(talk);
    bob.media.failures.set('screen', new CallError('permission-denied'));
    await assert.rejects(bob.engine.startScreenShare(), { name: 'permission-denied' });
    assert.equal(bob.state.error, null);
    assert.deepEqual(bob.takeCallbacks(), []);
  });

  test('a track that is turned on before this session has the seat opens later', async () => {
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

  test('changes to video and opens the camera of the requesting device', async () => {
    const bob = await bobIn(voice, voiceRing);
    const switching = bob.engine.switchCallMediaType('video');
    await settle();
    bob.socket.answer('switch-media-type', { ok: true, call: video.seenBy(BOB) });
    await switching;
    await settle();
    assert.deepEqual([...bob.media.open], ['microphone', 'camera']);
    assert.deepEqual(bob.takeCallbacks(), ['onCallMediaTypeChanged(audio, video)']);
  });

  test('changes to video and opens no other camera (H46)', async () => {
    const bob = await bobIn(voice, voiceRing);
    await bob.push(video.seenBy(BOB));
    assert.deepEqual([...bob.media.open], ['microphone']);
    assert.equal(bob.state.mediaType, 'video');
  });

  test('changes to audio and closes camera and screen on all devices', async () => {
    const bob = await bobIn(talk);
    await bob.engine.startScreenShare();
    await bob.push(talk.at(5000).with({ mediaType: 'audio' }).seenBy(BOB));
    assert.deepEqual([...bob.media.open], ['microphone']);
    assert.equal(bob.state.camera.on, false);
  });
});

describe('a user whom the back end mutes', () => {
  test('has the devices closed, and cannot open them until that is lifted', async () => {
    const bob = await bobIn(talk);
    await bob.engine.startScreenShare();
    const silent = talk.at(5000).mutes(BOB, { audioMuted: true });
    await bob.push(silent.seenBy(BOB));
    assert.deepEqual([...bob.media.open].sort(), ['camera', 'screen']);
    await assert.rejects(bob.engine.openMicrophone(), { name: 'wrong-state' });
    const none = silent.at(6000).mutes(BOB, { audioMuted: true, videoMuted: true });
    await bob.push(none.seenBy(BOB));
    assert.deepEqual([...bob.media.open], []);
    await assert.rejects(bob.engine.openCamera(), /the back end has muted this user/);
    await bob.push(none.at(7000).mutes(BOB, {}).seenBy(BOB));
    assert.deepEqual([...bob.media.open], []);
    await bob.engine.openMicrophone();
    assert.deepEqual([...bob.media.open], ['microphone']);
  });

  test('opens no muted device when they enter the call', async () => {
    const bob = await bobIn(talk.at(50).mutes(BOB, { audioMuted: true }));
    assert.deepEqual([...bob.media.open], ['camera']);
  });
});

test('a browser without WebRTC refuses to call, to accept and to join, and reports that it cannot answer', async () => {
  const bob = await signedIn(BOB);
  bob.media.supported = false;
  const refused = { name: 'webrtc-not-supported' };
  await assert.rejects(bob.engine.calls(ALICE, 'audio'), refused);
  await assert.rejects(bob.engine.join('c'.repeat(22)), refused);
  await assert.rejects(bob.engine.joinGroup('team'), refused);
  assert.equal(bob.state.phase, 'idle');
  await bob.push(ring.seenBy(BOB));
  bob.socket.answer('alerted', { ok: true, call: ring.seenBy(BOB) });
  await assert.rejects(bob.engine.accept(), refused);
  await settle();
  assert.equal(bob.state.phase, 'incoming');
  const reports = bob.socket.tries('alerted').map((one) => 'canAnswer' in one && one.canAnswer);
  assert.deepEqual(reports, [false, false], 'the first one reports that the device rings');
  const over = ring.at(1000).ends('no-response', null, { bob: 'no-response' });
  await bob.push(over.seenBy(BOB));
  assert.equal(bob.state.phase, 'ended');
});

test('a browser without WebRTC gets an error, and the call continues', async () => {
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

test('devices are listed, selected, and notified on change', async () => {
  const bob = await signedIn(BOB);
  const choice = { deviceId: 'usb', label: 'USB', selected: true, isDefault: false };
  bob.media.devices = { microphones: [choice], cameras: [], speakers: [] };
  assert.deepEqual(await bob.engine.getDevices(), bob.media.devices);
  assert.equal(bob.state.devices.microphones[0]?.label, 'USB');
  await bob.engine.selectDevice('microphone', 'usb');
  assert.equal(bob.media.asked.at(-1), 'select microphone usb');
  await assert.rejects(bob.engine.selectDevice('ears' as never, 'x'), /kind/);
  await assert.rejects(bob.engine.switchCamera(), { name: 'not-supported-here' });
  const devices = { microphones: [], cameras: [], speakers: [] };
  bob.media.emit({ type: 'devices-changed', devices, kind: 'microphone', deviceId: '' });
  assert.deepEqual(bob.takeCallbacks(), ['onDeviceChanged(microphone, )']);
  assert.equal(bob.state.devices, devices);
});

test('a microphone muted by the system is shown with its error until it is back', async () => {
  const bob = await bobIn(talk);
  const source = 'microphone' as const;
  bob.media.emit({
    type: 'local-track',
    source,
    on: false,
    error: new CallError('microphone-muted'),
  });
  assert.equal(bob.state.microphone.on, false);
  assert.equal(bob.state.error?.name, 'microphone-muted');
  assert.match(bob.takeCallbacks().join(), /onError\(101016, /);
  bob.media.emit({ type: 'local-track', source, on: true, error: null });
  assert.equal(bob.state.microphone.on, true);
  assert.equal(bob.state.microphone.error, null);
  assert.equal(bob.state.error, null);
  assert.deepEqual([...bob.media.open], ['microphone', 'camera']);
});

test('blocked audio is shown until it is unlocked (F100)', async () => {
  const bob = await bobIn(talk);
  bob.media.emit({ type: 'audio-blocked', blocked: true });
  assert.equal(bob.state.audioBlocked, true);
  await bob.engine.unlockAudio();
  bob.media.emit({ type: 'audio-blocked', blocked: false });
  assert.equal(bob.state.audioBlocked, false);
});

test('unchanged parts of the snapshot keep their identity', async () => {
  const bob = await bobIn(talk);
  const before = bob.state;
  const changes = bob.states.length;
  bob.media.emit({ type: 'remote-track', userId: ALICE, source: 'camera', on: true });
  assert.notEqual(bob.state, before);
  assert.notEqual(bob.state.members[0], before.members[0]);
  assert.equal(bob.state.members[1], before.members[1]);
  assert.equal(bob.state.camera, before.camera);
  bob.media.emit({ type: 'remote-track', userId: ALICE, source: 'camera', on: true });
  assert.equal(bob.states.length, changes + 1);
});

test('effects are requested and checked', async () => {
  const bob = await bobIn(talk);
  await bob.engine.setEffects({ background: 'blur' });
  assert.ok(bob.media.asked.includes('effects {"background":"blur"}'));
  const { background, beauty } = await bob.engine.checkEffects();
  assert.deepEqual([background, beauty], ['webassembly-blocked', null]);
});

test('an effect that cannot run is notified, and the call continues', async () => {
  const bob = await bobIn(talk);
  bob.media.emit({ type: 'effect-failed', effect: 'background', reason: 'too-slow' });
  assert.deepEqual(bob.takeCallbacks(), ['onEffectFailed(background, too-slow)']);
  assert.equal(bob.state.phase, 'connected');
});
