import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { newCommandId, TestClient } from '../../server/testing/test-client.ts';
import { decodeAnswer, type CommandType } from '../../src/protocol/index.ts';
import { closeAll } from './support/widget-page.ts';
import { World } from './support/world.ts';

const world = await World.start();
after(() => world.stop());

test('an audio call becomes a video call and an audio call again; only the requesting member opens a camera', async () => {
  const [alice, bob] = await world.talking('sw-a', 'sw-b', { mediaType: 'audio' });
  await alice.call('switchCallMediaType', 'video');
  await bob.event('call-media-type-changed');
  await bob.until('alice seen', (s) => s.members.some((m) => m.userId === 'sw-a' && m.videoOn));
  await bob.moving(1);
  assert.equal(
    (await bob.captures()).some((capture) => capture.video),
    false,
  );

  await bob.click('Turn camera on');
  await Promise.all([alice.moving(2), bob.moving(2)]);

  await bob.call('switchCallMediaType', 'audio');
  await alice.until('audio again', (s) => s.mediaType === 'audio' && !s.camera.on);
  await bob.until('no pictures', (s) => s.members.every((m) => !m.videoOn));
  await Promise.all([alice.hears(), bob.hears()]);
  assert.deepEqual(
    (await alice.eventLines()).filter((line) => line.startsWith('call-media')),
    ['call-media-type-changed audio video', 'call-media-type-changed video audio'],
  );
  await closeAll(alice, bob);
});

test('the other member sees a shared screen until the share stops', async () => {
  const [alice, bob] = await world.talking('scr-a', 'scr-b');
  await alice.click('Share screen');
  const on = await bob.event('screen-share-changed');
  assert.deepEqual([on.detail['userId'], on.detail['on']], ['scr-a', true]);
  await bob.until('screen seen', (s) => s.members.some((m) => m.userId === 'scr-a' && m.screenOn));
  // Both cameras and the screen.
  await bob.moving(3);
  await alice.click('Stop sharing');
  await bob.until('screen gone', (s) => s.members.every((m) => !m.screenOn));
  await closeAll(alice, bob);
});

test('a user who refuses camera and microphone stays in the call as a listener and can retry (F97)', async () => {
  const [alice, bob] = await world.pair('deny-a', 'deny-b');
  await bob.page.evaluate(() => {
    window.record.deny = 'NotAllowedError';
  });
  await alice.call('calls', ['deny-b'], 'video');
  await bob.click('Accept');
  await Promise.all([alice.phase('connected'), bob.phase('connected')]);
  const error = await bob.event('call-error');
  assert.equal(error.detail['code'], -1101);
  await Promise.all([bob.moving(1), bob.hears()]);
  await bob.page.evaluate(() => {
    delete window.record.deny;
  });
  await bob.call('openMicrophone');
  await bob.call('openCamera');
  await alice.hears();
  await alice.moving(2);
  await closeAll(alice, bob);
});

test('the callee opens and sends no media before accepting', async () => {
  const bob = await world.widget('spy-b');
  // A client of the caller's own: no engine withholds anything from the server.
  const [alice, tablet] = await Promise.all([caller('spy-a'), caller('spy-a')]);
  const { call } = await alice.call(['spy-b'], { mediaType: 'audio', timeout: 0 });
  await bob.shows('Accept');
  const { callId } = call;
  const outcome = async (
    device: TestClient,
    type: CommandType,
    fields: object,
  ): Promise<string> => {
    const frame = { type, id: newCommandId(), callId, userId: 'spy-b', ...fields };
    const answer = decodeAnswer(type, await device.raw(frame));
    return answer.ok ? 'done' : answer.error.name;
  };
  assert.equal(await outcome(alice, 'switch-media-type', { mediaType: 'video' }), 'done');
  await bob.until('a video call', (s) => s.mediaType === 'video');
  assert.deepEqual(await bob.captures(), []);
  const tries: [TestClient, CommandType, object][] = [
    [alice, 'accept', {}],
    [alice, 'join', {}],
    [alice, 'alerted', {}],
    [alice, 'media-access', {}],
    [alice, 'hold', { on: true }],
    [alice, 'hold', { on: false }],
    [alice, 'invite', { userIds: ['spy-b'], timeout: 0 }],
    // Uses the caller's own seat, and no other.
    [tablet, 'join', {}],
    [tablet, 'switch-media-type', { mediaType: 'audio' }],
  ];
  for (const [device, type, fields] of tries) {
    // Refused or not, the server has decoded the command.
    assert.notEqual(await outcome(device, type, fields), 'invalid-parameter', type);
  }
  // The last of these messages has arrived at bob: so have the others.
  await bob.until('an audio call', (s) => s.mediaType === 'audio');
  assert.equal((await bob.state()).phase, 'incoming');
  assert.deepEqual(await bob.captures(), []);
  assert.deepEqual(await bob.open(), { tracks: 0, peers: 0, sockets: 1 });
  await bob.click('Decline');
  for (const client of [alice, tablet]) client.close();
  await closeAll(bob);
});

async function caller(userId: string): Promise<TestClient> {
  return TestClient.connect({ url: world.server.url, userSig: await world.userSig(userId) });
}
