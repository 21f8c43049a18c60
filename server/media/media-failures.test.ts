import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mediaIdentity } from '../../src/protocol/index.ts';
import type { CallView, SessionId, UserId } from '../../src/protocol/index.ts';
import type { Call } from '../calls/model/call.ts';
import type { Log } from '../shared/log.ts';
import { startActiveCall } from '../testing/active-call.ts';
import { alice, bob, callId, session } from '../testing/people.ts';
import { testServer, TEST_CONFIG } from '../testing/test-server.ts';
import { MediaFailures } from './media-failures.ts';
import { MediaPresence } from './media-presence.ts';

describe('a member whose media does not connect', () => {
  it('is away for the others until LiveKit lists their media as connected', async (t) => {
    const { signIn, media, clock } = await testServer(t);
    const [alicia, bobby] = [await signIn('alice'), await signIn('bob')];
    const id = await startActiveCall(alicia, bobby);
    const [room = ''] = media.rooms.keys();
    const identity = mediaIdentity(bob, bobby.sessionId as SessionId);
    await bobby.ask('media-failed', { callId: id });
    const isAway = (userId: UserId) => (view: CallView) =>
      view.members.some((member) => member.userId === userId && member.away);
    await alicia.nextView(isAway(bob));
    // Each attempt enters the room without media.
    media.unconnected.add(identity);
    media.enter(room, identity);
    const looked = media.next('participants');
    clock.advance(30_000);
    await looked;
    assert.ok((await alicia.ask('sync', SYNC)).calls.every(isAway(bob)));
    media.unconnected.delete(identity);
    clock.advance(30_000);
    await alicia.nextView((view) => !isAway(bob)(view));
  });

  it('is reported by the session in the call only', async (t) => {
    const { signIn } = await testServer(t);
    const [alicia, bobby, tablet] = [
      await signIn('alice'),
      await signIn('bob'),
      await signIn('bob'),
    ];
    const id = await startActiveCall(alicia, bobby);
    assert.equal(await tablet.refusal('media-failed', { callId: id }), 'wrong-state');
    const eve = await signIn('eve');
    assert.equal(await eve.refusal('media-failed', { callId: id }), 'call-not-found');
  });
});

describe('the log', () => {
  const tablet = { userId: bob, sessionId: session('tablet') };
  const call = { callId: callId('one') } as Call;

  function failures(monitor = { isDown: false }) {
    const lines: unknown[] = [];
    const presence = new MediaPresence();
    const log: Pick<Log, 'warn'> = { warn: (...line: unknown[]) => void lines.push(line) };
    const over = new Set<string>();
    const live = { get: (id: string) => (over.has(id) ? null : call) };
    const calls = { presenceChanged: () => Promise.resolve() };
    const reconciler = { reconcile: () => Promise.resolve() };
    const all = new MediaFailures({
      ...{ presence, log, live, calls, monitor, reconciler },
      config: TEST_CONFIG,
    });
    return { all, lines, presence };
  }

  it('has one line per call and user, with the address that clients use', async () => {
    const { all, lines } = failures();
    await all.report(call, tablet);
    await all.report(call, { ...tablet, sessionId: session('phone') });
    const publicUrl = 'ws://media.example';
    const unreached = 'a client does not reach LiveKit: check LIVEKIT_PUBLIC_URL from outside';
    assert.deepEqual(lines, [[{ callId: call.callId, userId: bob, publicUrl }, unreached]]);
    await all.report(call, { userId: alice, sessionId: session('desk') });
    await all.report({ ...call, callId: callId('two') }, tablet);
    assert.equal(lines.length, 3);
  });

  it('names the media ports if LiveKit has seen the client', async () => {
    const { all, lines, presence } = failures();
    presence.update(mediaIdentity(tablet.userId, tablet.sessionId), { connected: false });
    await all.report(call, tablet);
    assert.match(JSON.stringify(lines), /reaches LiveKit, but not its media ports/);
  });

  it('has no line while LiveKit does not respond, which has a line of its own', async () => {
    const { all, lines } = failures({ isDown: true });
    await all.report(call, tablet);
    assert.deepEqual(lines, []);
  });
});

const SYNC = { knownCallIds: [], missedSince: null };
