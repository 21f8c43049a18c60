import type { SessionIdentity } from '../../src/protocol/index.ts';
import type { Profile } from '../auth/profile.ts';
import type { Identity } from '../auth/verify-user.ts';
import type { Actor } from '../calls/model/decision.ts';

/** A signed-in session with its proven identity and its profile. */
export interface Session extends SessionIdentity {
  identity: Identity;
  profile: Profile;
  /** False after it has reported that its browser cannot answer a call. */
  canAnswer: boolean;
}

export function actorOf({ userId, sessionId, identity, profile }: Session): Actor {
  return { userId, sessionId, ...profile, groups: identity.groups };
}

/** Claims of the userSig take precedence over the user's own profile. */
export function effectiveProfile({ name, avatar }: Identity, own: Profile): Profile {
  return { nickname: name ?? own.nickname, avatar: avatar ?? own.avatar };
}
