import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { UserId } from '../../src/protocol/index.ts';
import type { Profile } from '../auth/profile.ts';
import { createLog } from '../shared/log.ts';
import { effectiveProfile } from '../signalling/session.ts';
import { Hub } from '../signalling/hub.ts';
import { SqliteStore } from '../store/sqlite-store.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { alice, bob, session } from '../testing/people.ts';
import { ProfileReader } from './profile-reader.ts';

it('a claim wins over the profile that the back end has set on another node', async (t) => {
  const store = await SqliteStore.open(':memory:');
  t.after(() => store.close());
  const hub = new Hub(new FakeClock());
  const saved: [UserId, Profile][] = [];
  const reader = new ProfileReader({
    ...{ store, hub, log: createLog('silent') },
    saveProfile: async (...one) => void saved.push(one),
  });
  const identity = { userId: bob, expiresAt: 1, name: 'Robert', avatar: null, groups: [] };
  const other = { hasLapsed: false, canAnswer: true, send: () => undefined, kick: () => undefined };
  const setProfile = (profile: Profile) => effectiveProfile(identity, profile);
  hub.add({ userId: bob, sessionId: session('bob'), ...other, setProfile });
  hub.add({ userId: alice, sessionId: session('alice'), ...other, setProfile: (own) => own });
  const profile = { nickname: 'Dr.', avatar: 'https://a.example/b.png' };
  await store.transaction(async (tx) => {
    for (const userId of [alice, bob]) await tx.saveProfile(userId, profile);
  });
  await reader.all();
  assert.deepEqual(saved, [[bob, { nickname: 'Robert', avatar: profile.avatar }]]);
});
