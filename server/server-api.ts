import { parseCommandId, parseUserId } from '../src/protocol/index.ts';
import type { CallId, UserId } from '../src/protocol/index.ts';
import type { ServerStore } from './api/api-store.ts';
import { History } from './api/history.ts';
import type { CallbackEndpoints } from './callbacks/callback-endpoints.ts';
import type { Profile } from './auth/profile.ts';
import type { Call } from './calls/model/call.ts';
import { inviteForServer, muteForServer, startForUser } from './calls/server-commands.ts';
import type { Services } from './composition-root.ts';
import type { Api } from './http/rest/api.ts';
import { CommandError } from './shared/command-error.ts';
import { randomId } from './shared/random-id.ts';

/** The actions of the REST API, on the same services as the commands of clients. */
export function createApi(
  services: Services,
  store: ServerStore,
  callbacks: CallbackEndpoints,
): Api {
  const { calls, blocked, clock } = services;
  return {
    callbacks,
    history: new History({ store, clock }),
    start: (command) =>
      calls.forServer((tx, context) => startForUser(tx, { type: 'call', ...command }, context)),
    call: (callId) => shownCall(store, callId),
    liveCalls: (after, limit) =>
      store.transaction((tx) => tx.api.liveCallsAfter(after, limit), 'repeatable'),
    endCall: (callId) => calls.end(callId),
    invite: async (callId, userIds, timeout) => {
      const invitation = { callId, userIds, timeout };
      await calls.forServer((tx, context) => inviteForServer(tx, invitation, context));
    },
    mute: async (muting) =>
      void (await calls.forServer((tx, context) => muteForServer(tx, muting, context))),
    removeMember: (callId, userId) => calls.remove(callId, userId),
    profile: async (userId) => {
      const profiles = await store.transaction((tx) => tx.profiles([userId]), 'repeatable');
      return profiles.get(userId) ?? { nickname: '', avatar: '' };
    },
    setProfile: (userId, profile) => setProfile(services, store, userId, profile),
    sessions: (userId) => calls.sessionsOf(userId),
    kick: (userId) => kick(services, userId),
    erase: (userId) => erase(services, store, userId),
    block: (userId, otherId) => blocked.set(userId, otherId, true),
    unblock: (userId, otherId) => blocked.set(userId, otherId, false),
    blockedBy: (userId, page) => blocked.page(userId, page),
    pushTargets: (userId) => services.pushTargets.list(userId),
    newCommandId: () => must(parseCommandId(randomId())),
  };
}

async function shownCall(store: ServerStore, callId: CallId): Promise<Call> {
  const call = await store.transaction((tx) => tx.api.shownCall(callId), 'repeatable');
  if (call === null) throw new CommandError('call-not-found');
  return call;
}

/** Signs the sessions out first, so that none of them can take a seat again in between. */
export async function kick(
  { calls, hub }: Pick<Services, 'calls' | 'hub'>,
  userId: UserId,
): Promise<void> {
  for (const session of hub.sessionsOf(userId)) session.kick('removed-by-server');
  await calls.evictUser(userId);
}

async function setProfile(
  { calls, hub, cluster }: Services,
  store: ServerStore,
  userId: UserId,
  profile: Profile,
): Promise<void> {
  await store.transaction((tx) => tx.api.saveServerProfile(userId, profile));
  await calls.saveProfile(userId, hub.setProfile(userId, profile));
  cluster?.fanOut.profileSet(userId);
}

/** Ends what is live of the user, then erases what is stored. A call that begins in between is ended as well. */
async function erase(services: Services, store: ServerStore, userId: UserId): Promise<void> {
  const replacement = must(parseUserId(`erased-${randomId()}`));
  for (;;) {
    for (const session of services.hub.sessionsOf(userId)) session.kick('removed-by-server');
    await services.calls.removeFromAll(userId);
    const isErased = await store.transaction(async (tx) => {
      if ((await tx.liveCallsOf([userId])).length > 0) return false;
      await tx.api.eraseUser(userId, replacement);
      return true;
    });
    if (isErased) return;
  }
}

function must<T>(value: T | null): T {
  if (value === null) throw new Error('randomId does not produce valid ids');
  return value;
}
