import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeJwt } from 'jose';
import { TokenVerifier } from 'livekit-server-sdk';
import { Secret } from '../shared/secret.ts';
import { alice, session } from '../testing/people.ts';
import { mediaToken } from './media-token.ts';

const SECRET = 'the media secret of these tests, 32+';
const livekit = {
  apiUrl: 'http://127.0.0.1:1',
  publicUrl: 'ws://127.0.0.1:1',
  apiKey: 'key',
  apiSecret: new Secret(SECRET),
};
const seat = {
  userId: alice,
  sessionId: session('phone'),
  nickname: 'Alice',
  room: 'room-1',
  mediaType: 'video',
} as const;

describe('a media token', () => {
  it('grants only what a video call needs', async () => {
    const token = await mediaToken(livekit, seat);
    assert.deepEqual(decodeJwt(token)['video'], {
      roomJoin: true,
      room: 'room-1',
      canPublish: true,
      canSubscribe: true,
      canPublishData: false,
      canPublishSources: ['camera', 'microphone', 'screen_share', 'screen_share_audio'],
      canUpdateOwnMetadata: false,
    });
  });

  it('of an audio call does not permit video', async () => {
    const { video } = decodeJwt<{ video: { canPublishSources: string[] } }>(
      await mediaToken(livekit, { ...seat, mediaType: 'audio' }),
    );
    assert.deepEqual(video.canPublishSources, ['microphone']);
  });

  it('identifies one session and is valid for two minutes', async () => {
    const token = await mediaToken(livekit, seat);
    const { sub, exp, nbf, ...claims } = decodeJwt(token);
    assert.equal(sub, `alice:${session('phone')}`);
    assert.equal(claims['name'], 'Alice');
    assert.equal((exp ?? 0) - (nbf ?? 0), 120);
    assert.equal((await new TokenVerifier('key', SECRET).verify(token)).sub, sub);
  });
});
