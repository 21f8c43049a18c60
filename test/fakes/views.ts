import type {
  CallId,
  CallView,
  MemberStatus,
  MemberView,
  SelfView,
  Role,
  UserId,
} from '../../src/protocol/index.ts';

/** Builds the server's views of a call step by step; each step increments the version. */

export const ALICE = 'alice' as UserId;
export const BOB = 'bob' as UserId;
export const CAROL = 'carol' as UserId;
export const DAVE = 'dave' as UserId;

export function callIdOf(name: string): CallId {
  return name.padEnd(20, '-') as CallId;
}

export const CALL = callIdOf('call');

/** The server's clock when a test's call starts. */
export const SERVER_START = 1_700_000_000_000;

type Change = Partial<Omit<CallView, 'members' | 'self'>>;

interface Facts extends Omit<CallView, 'self'> {
  readonly ringUntil: Readonly<Record<string, number | null>>;
  readonly sessions: Readonly<Record<string, 'this' | 'other'>>;
}

/** A call on the server, immutable: each action returns the next one. `seenBy` is the view of a session. */
export class ServerCall {
  readonly #facts: Facts;

  private constructor(facts: Facts) {
    this.#facts = facts;
  }

  /** A new call whose callees ring. `now` is the server's clock in ms since SERVER_START. */
  static from(
    caller: UserId,
    callees: readonly UserId[],
    options: { now?: number; ringMs?: number | null; session?: 'this' | 'other' } & Change = {},
  ): ServerCall {
    const { now = 0, ringMs = 30_000, session = 'this', ...change } = options;
    const at = SERVER_START + now;
    return new ServerCall({
      callId: CALL,
      version: 1,
      status: 'ringing',
      mediaType: 'audio',
      groupId: '',
      isGroup: callees.length > 1,
      callerId: caller,
      roomId: 'room-1',
      mediaEpoch: 0,
      userData: '',
      members: [
        { ...memberOf(caller, 'caller', 'joined', 1), invitedBy: null },
        ...callees.map((id) => ({ ...memberOf(id, 'callee', 'ringing', 1), invitedBy: caller })),
      ],
      serverNow: at,
      createdAt: at,
      startedAt: null,
      endedAt: null,
      endReason: null,
      endedBy: null,
      ringUntil: Object.fromEntries(
        callees.map((id) => [id, ringMs === null ? null : at + ringMs]),
      ),
      sessions: { [caller]: session },
      ...change,
    });
  }

  get version(): number {
    return this.#facts.version;
  }

  /** Advances the server's clock only. */
  at(now: number): ServerCall {
    return new ServerCall({ ...this.#facts, serverNow: SERVER_START + now });
  }

  with(change: Change): ServerCall {
    return this.#next(change, this.#facts.members);
  }

  alerted(userId: UserId): ServerCall {
    return this.#change(userId, { alerted: true });
  }

  away(userId: UserId, away = true): ServerCall {
    return this.#change(userId, { away });
  }

  joins(userId: UserId, session: 'this' | 'other' = 'this'): ServerCall {
    const { serverNow, startedAt, members, sessions } = this.#facts;
    const version = this.version + 1;
    const known = members.some((member) => member.userId === userId);
    const all = known ? members : [...members, memberOf(userId, 'callee', 'joined', version)];
    const joined = all.map((member) => {
      const first = startedAt === null && member.role === 'caller' && member.status === 'joined';
      if (member.userId === userId) {
        const part = { status: 'joined', statusVersion: version } as const;
        return { ...member, ...part, joinedAt: serverNow, leftAt: null };
      }
      return first ? { ...member, joinedAt: serverNow } : member;
    });
    return this.#next({ status: 'active', startedAt: startedAt ?? serverNow }, joined, {
      sessions: { ...sessions, [userId]: session },
    });
  }

  /** The back end mutes a member, or lifts that. */
  mutes(userId: UserId, muted: { audioMuted?: true; videoMuted?: true }): ServerCall {
    return this.#next(
      {},
      this.#facts.members.map((member) => {
        if (member.userId !== userId) return member;
        const next: { -readonly [K in keyof MemberView]: MemberView[K] } = { ...member };
        delete next.audioMuted;
        delete next.videoMuted;
        return { ...next, ...muted };
      }),
    );
  }

  holds(userId: UserId, held = true): ServerCall {
    return this.#change(userId, { held });
  }

  /** Ends a member's participation; the call continues. */
  becomes(userId: UserId, status: MemberStatus, session?: 'this' | 'other'): ServerCall {
    const { serverNow, sessions, members } = this.#facts;
    const member = members.find((one) => one.userId === userId);
    const joined = member?.status === 'joined' && member.joinedAt !== null;
    const next = this.#change(userId, {
      status,
      statusVersion: this.version + 1,
      ...(joined ? { leftAt: serverNow } : {}),
    });
    if (session === undefined) return next;
    return new ServerCall({ ...next.#facts, sessions: { ...sessions, [userId]: session } });
  }

  /** Changes members and ends the call in one step; all joined members leave. */
  ends(
    endReason: NonNullable<CallView['endReason']>,
    endedBy: UserId | null,
    last: Readonly<Record<string, MemberStatus>> = {},
  ): ServerCall {
    const { serverNow, members } = this.#facts;
    const statusVersion = this.version + 1;
    const over = members.map((member): MemberView => {
      const live = member.status === 'joined' || member.status === 'ringing';
      const status = last[member.userId] ?? (member.status === 'joined' ? 'left' : 'cancelled');
      if (!live) return member;
      const leftAt = member.joinedAt === null ? null : serverNow;
      return { ...member, status, statusVersion, leftAt };
    });
    return this.#next({ status: 'ended', endReason, endedBy, endedAt: serverNow }, over);
  }

  invites(by: UserId, userId: UserId, ringMs = 30_000): ServerCall {
    const { members, ringUntil, serverNow } = this.#facts;
    const version = this.version + 1;
    const invited = { ...memberOf(userId, 'callee', 'ringing', version), invitedBy: by };
    const others = members.filter((member) => member.userId !== userId);
    return this.#next({ isGroup: true }, [...others, invited], {
      ringUntil: { ...ringUntil, [userId]: serverNow + ringMs },
    });
  }

  seenBy(userId: UserId, session?: SelfView['session']): CallView {
    const { ringUntil, sessions, ...view } = this.#facts;
    const rings = view.members.some((m) => m.userId === userId && m.status === 'ringing');
    const until = ringUntil[userId] ?? null;
    const joined = view.members.some((m) => m.userId === userId && m.status !== 'ringing');
    return {
      ...view,
      roomId: joined ? view.roomId : '',
      self: {
        userId,
        session: session ?? sessions[userId] ?? 'none',
        ringRemainingMs: rings && until !== null ? until - view.serverNow : null,
      },
    };
  }

  #change(userId: UserId, change: Partial<MemberView>): ServerCall {
    const members = this.#facts.members.map((member) =>
      member.userId === userId ? { ...member, ...change } : member,
    );
    return this.#next({}, members);
  }

  #next(change: Change, members: readonly MemberView[], extra: Partial<Facts> = {}): ServerCall {
    return new ServerCall({
      ...this.#facts,
      ...change,
      ...extra,
      members,
      version: this.version + 1,
    });
  }
}

function memberOf(userId: UserId, role: Role, status: MemberStatus, version: number): MemberView {
  return {
    userId,
    nickname: `${userId[0]?.toUpperCase() ?? ''}${userId.slice(1)}`,
    avatar: '',
    role,
    status,
    statusVersion: version,
    invitedBy: null,
    invitedVersion: version,
    alerted: false,
    away: false,
    held: false,
    joinedAt: null,
    leftAt: null,
  };
}
