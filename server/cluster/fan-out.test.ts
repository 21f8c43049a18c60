import assert from 'node:assert/strict';
import { it } from 'node:test';
import { mediaIdentity } from '../../src/protocol/index.ts';
import { LiveCalls } from '../calls/live-calls.ts';
import { accept, hangUp, hold } from '../calls/rules/index.ts';
import type { Call } from '../calls/model/call.ts';
import { MediaPresence } from '../media/media-presence.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { actorOn, alice, bob } from '../testing/people.ts';
import { decided, ringing, T0 } from '../testing/rule-fixtures.ts';
import { FanOut } from './fan-out.ts';

const talk = decided(accept(ringing({ by: alice, to: [bob] }), actorOn(bob), T0));

for (const [what, after] of [
  ['leaves a call', decided(hangUp(talk, actorOn(bob), { now: T0, isGone: () => false }))],
  ['puts a call on hold', decided(hold(talk, true, actorOn(bob), { now: T0, currentCall: null }))],
] as const) {
  it(`forgets that the media of a member who ${what} on another node was here`, () => {
    const { changed, media } = fanOut();
    const { userId, sessionId } = actorOn(bob);
    changed(talk);
    media.update(mediaIdentity(userId, sessionId), { connected: true });
    changed(talk);
    assert.equal(media.of(userId, sessionId), 'here');
    changed(after);
    assert.equal(media.of(userId, sessionId), 'unknown');
  });
}

function fanOut() {
  const [media, live] = [new MediaPresence(), new LiveCalls()];
  const nothing = { publish: () => undefined, notify: () => undefined, changed: () => undefined };
  const created = new FanOut({
    ...{ live, media, publisher: nothing, missed: nothing, profiles: nothing },
    ...{ clock: new FakeClock(), nodeId: 'this' },
    ...{ onEnded: () => undefined, onEvicted: () => undefined },
  });
  return { changed: (call: Call) => created.changed(call), media };
}
