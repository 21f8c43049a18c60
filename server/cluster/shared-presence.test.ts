import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Eviction, SessionConnectionRow, SharedSessions } from '../calls/shared-sessions.ts';
import type { Profile } from '../auth/profile.ts';
import { MediaPresence } from '../media/media-presence.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { alice, session } from '../testing/people.ts';
import { Hub } from '../signalling/hub.ts';
import type { ConnectedSession } from '../signalling/hub.ts';
import { SharedPresence } from './shared-presence.ts';

/** The sessions of one user, in memory. */
class Sessions implements SharedSessions {
  row: SessionConnectionRow | null = null;
  readonly evictions = new Map<string, Eviction>();
  readonly connection = async () => this.row;
  readonly saveConnected = async (row: SessionConnectionRow) => void (this.row = row);
  readonly saveDisconnected = async () => void (this.row = null);
  readonly saveEviction = async (one: Eviction) => void this.evictions.set(one.connectionId, one);
  readonly isEvicted = async (id: string) => this.evictions.has(id);
  readonly state = async () => ({ isConnected: this.row !== null, leavingForMs: null });
  readonly connected = async () => [];
  readonly countOthers = async () => 0;
  readonly saveCannotAnswer = async () => undefined;
  readonly canAnswer = async () => true;
  readonly saveLeaving = async () => undefined;
  readonly others = async () => [];
}

function node(nodeId: string) {
  const hub = new Hub(new FakeClock());
  const media = new MediaPresence();
  const parts = { nodeId, hub, media, isSingle: false, onEvicted: () => undefined };
  return { hub, presence: new SharedPresence(parts) };
}

const connection = (): ConnectedSession => ({
  ...{ userId: alice, sessionId: session('tab') },
  ...{ hasLapsed: false, canAnswer: true },
  ...{ send: () => undefined, kick: () => undefined, setProfile: (profile: Profile) => profile },
});

it('a connection that another node replaces does not replace the newer one in turn', async () => {
  const sessions = new Sessions();
  const [first, second] = [node('first'), node('second')];
  const [older, newer] = [connection(), connection()];
  const tab = older.sessionId;
  first.hub.add(older);
  await first.presence.record({ sessions }, alice, tab);
  second.hub.add(newer);
  await second.presence.record({ sessions }, alice, tab);
  // LiveKit reports a change of the older connection's media before the first node has closed it.
  await first.presence.record({ sessions }, alice, tab);
  assert.equal(sessions.row?.nodeId, 'second');
  // The first node is closing it, and has deleted the order.
  first.presence.evicted(older);
  sessions.evictions.clear();
  await first.presence.record({ sessions }, alice, tab);
  assert.equal(sessions.row.nodeId, 'second');
});
