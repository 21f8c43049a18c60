import type { SessionIdentity } from '../../src/protocol/index.ts';
import type { Profile } from '../auth/profile.ts';
import type { Identity } from '../auth/verify-user.ts';
import type { Actor } from '../calls/model/decision.ts';

/** One signed-in session: who it is proven to be, and how it is shown. */
export interface Session extends SessionIdentity {
  identity: Identity;
  profile: Profile;
}

export function actorOf({ userId, sessionId, identity, profile }: Session): Actor {
  return { userId, sessionId, ...profile, groups: identity.groups };
}

/** The back end's word counts before the user's own. */
export function effectiveProfile({ name, avatar }: Identity, own: Profile): Profile {
  return { nickname: name ?? own.nickname, avatar: avatar ?? own.avatar };
}
