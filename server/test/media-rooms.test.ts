import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { identityOf, startActiveCall } from '../testing/active-call.ts';
import { testServer } from '../testing/test-server.ts';

describe('media', () => {
  it('has a room for each live call, and none after its end', async (t) => {
    const { signIn, media } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    const callId = await startActiveCall(alice, bobby);
    assert.equal(media.rooms.size, 1);
    const gone = media.next('deleteRoom');
    await alice.ask('hangup', { callId });
    await gone;
    assert.equal(media.rooms.size, 0);
  });

  it('that cannot be reached delays no ring, and access is refused as retryable', async (t) => {
    const { signIn, media } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    media.reachable = false;
    const { call } = await alice.call(['bob']);
    await bobby.nextView(({ status }) => status === 'ringing');
    assert.equal(await alice.refusal('media-access', { callId: call.callId }), 'media-failed');
    media.reachable = true;
    assert.ok((await alice.ask('media-access', { callId: call.callId })).media);
  });

  it('lost in a LiveKit restart is created again, and all clients rejoin', async (t) => {
    const { signIn, media, clock } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    await startActiveCall(alice, bobby);
    media.rooms.clear();
    const looked = media.next('createRoom');
    clock.advance(1000);
    await looked;
    const again = await alice.nextView(({ mediaEpoch }) => mediaEpoch === 2);
    assert.equal(again.status, 'active');
    assert.equal(media.rooms.size, 1);
  });

  it('permits video before the switch is published', async (t) => {
    const { signIn, media } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    const { call } = await alice.call(['bob'], { mediaType: 'audio' });
    await bobby.ask('accept', { callId: call.callId });
    await alice.ask('switch-media-type', { callId: call.callId, mediaType: 'video' });
    await bobby.nextView(({ mediaType }) => mediaType === 'video');
    const identity = identityOf('alice', alice);
    assert.ok(media.asked.includes(`allow ${identity} video`));
  });
});
