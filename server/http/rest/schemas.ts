import { Type } from 'typebox';
import type { Static } from 'typebox';
import { LIMITS } from '../../../src/protocol/index.ts';
import type { MemberStatus } from '../../../src/protocol/index.ts';
import { USAGE_KEYS } from '../../api/api-store.ts';
import { CALL_RESULTS, MEMBER_RESULTS } from '../../api/record.ts';

/** The shapes of the REST API: they validate requests, describe the API and type its client. */

const MEMBER_STATUSES: readonly MemberStatus[] = [
  'ringing',
  'joined',
  'left',
  'rejected',
  'busy',
  'no-response',
  'cancelled',
  'offline',
  'removed',
];

/** A body or a query: a field that it does not have is refused, so that no misspelled one is ignored. */
const STRICT = { additionalProperties: false } as const;

const oneOf = <const T extends string>(values: readonly T[]) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values] });
const orNull = <T extends ReturnType<typeof Type.String | typeof Type.Integer>>(schema: T) =>
  Type.Union([schema, Type.Null()]);

const UserId = Type.String({
  pattern: '^[A-Za-z0-9_.@-]{1,64}$',
  description: '1 to 64 of A-Z a-z 0-9 _ . @ -',
});
const CallId = Type.String({
  pattern: '^[A-Za-z0-9_-]{16,64}$',
  description: 'The call id, as in the callbacks of the client.',
});
const Time = Type.String({ description: 'A time in UTC, as 2026-01-31T12:00:00.000Z.' });
const MediaType = oneOf(['audio', 'video']);
const GroupId = Type.String({ maxLength: LIMITS.groupIdLength });
const Timeout = Type.Integer({
  minimum: 0,
  maximum: LIMITS.maxTimeoutSeconds,
  description: `Seconds until an invitation ends; 0: without a limit. Default ${LIMITS.defaultTimeoutSeconds}.`,
});
const UserIds = Type.Array(UserId, { minItems: 1, maxItems: LIMITS.maxCallMembers });
const Cursor = orNull(
  Type.String({ description: 'The cursor of the next page; null on the last one.' }),
);

export const MAX_LIMIT = 1000;
export const PageQuery = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: MAX_LIMIT, description: 'Entries per page. Default 100.' }),
  ),
  cursor: Type.Optional(
    Type.String({
      maxLength: 500,
      description: 'The cursor of the page before; the other parameters must stay the same.',
    }),
  ),
};

/** Of a POST, which is executed once per key. */
export const OnceHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      pattern: '^[\\x21-\\x7e]{1,255}$',
      description: 'A request with the same key within 24 h gets the first response again.',
    }),
  ),
});

export const NoQuery = Type.Object({}, STRICT);
export const Page = Type.Object(PageQuery, STRICT);

export const CallParams = Type.Object({ callId: CallId });
export const MemberParams = Type.Object({ callId: CallId, userId: UserId });
export const UserParams = Type.Object({ userId: UserId });
export const BlockedParams = Type.Object({ userId: UserId, otherUserId: UserId });

export const StartCall = Type.Object(
  {
    callerId: UserId,
    userIds: UserIds,
    mediaType: MediaType,
    groupId: Type.Optional(GroupId),
    timeout: Type.Optional(Timeout),
    userData: Type.Optional(
      Type.String({
        maxLength: LIMITS.userDataBytes,
        description: `Opaque data for the members, at most ${LIMITS.userDataBytes} bytes.`,
      }),
    ),
  },
  STRICT,
);
/** The body of `POST /v1/calls`: who calls whom, the media type, and the ring timeout in seconds. */
export type StartCall = Static<typeof StartCall>;
export const StartedCall = Type.Object({ callId: CallId });

export const Invitation = Type.Object(
  { userIds: UserIds, timeout: Type.Optional(Timeout) },
  STRICT,
);
/** The body of an invitation: the users, and the ring timeout in seconds. */
export type Invitation = Static<typeof Invitation>;

export const Muting = Type.Object(
  {
    audioMuted: Type.Optional(
      Type.Boolean({
        description:
          'true: the member may not publish audio. false: they may, and no device opens.',
      }),
    ),
    videoMuted: Type.Optional(Type.Boolean({ description: 'Likewise for camera and screen.' })),
  },
  { ...STRICT, minProperties: 1 },
);
/** The body of `PATCH …/members/{userId}`: what the back end mutes of a member. */
export type Muting = Static<typeof Muting>;

const CallMember = Type.Object({
  userId: UserId,
  nickname: Type.String(),
  avatar: Type.String(),
  role: oneOf(['caller', 'callee']),
  status: oneOf(MEMBER_STATUSES),
  invitedBy: orNull(Type.String({ description: 'null: the caller, or invited by the server.' })),
  audioMuted: Type.Boolean(),
  videoMuted: Type.Boolean(),
  joinedAt: orNull(Time),
  leftAt: orNull(Time),
});

export const Call = Type.Object({
  callId: CallId,
  callerId: UserId,
  status: oneOf(['ringing', 'active', 'ended']),
  mediaType: MediaType,
  groupId: Type.String({ description: "'' for a call without a group." }),
  isGroup: Type.Boolean(),
  userData: Type.String(),
  createdAt: Time,
  startedAt: orNull(Time),
  endedAt: orNull(Time),
  result: Type.Union([oneOf(CALL_RESULTS), Type.Null()]),
  members: Type.Array(CallMember),
});
/** A live call with its members. */
export type Call = Static<typeof Call>;
export const LiveCalls = Type.Object({ calls: Type.Array(Call), cursor: Cursor });
/** A page of live calls. `cursor` is null on the last one. */
export type LiveCallsPage = Static<typeof LiveCalls>;
export const LiveCallsQuery = Type.Object(
  { status: Type.Optional(oneOf(['live'])), ...PageQuery },
  STRICT,
);

const Quality = Type.Object(
  {
    measuredMs: Type.Integer({ description: 'How long the client measured its connection.' }),
    poorMs: Type.Integer({ description: 'The part of it with the quality poor or worse.' }),
    reconnections: Type.Integer({ description: 'How often media was interrupted.' }),
    roundTripMs: Type.Union([Type.Number(), Type.Null()], {
      description: 'Average to the media server and back; null: not measured.',
    }),
    lossPercent: Type.Union([Type.Number(), Type.Null()], {
      description: 'Average of the packets sent; null: not measured.',
    }),
  },
  { description: 'As the client reported it; the server cannot check the figures.' },
);

const RecordMember = Type.Object({
  userId: UserId,
  nickname: Type.String(),
  role: oneOf(['caller', 'callee']),
  invitedBy: orNull(Type.String()),
  result: oneOf(MEMBER_RESULTS),
  joinedAt: orNull(Time),
  leftAt: orNull(Time),
  durationMs: Type.Integer({ description: 'Total time in the call.' }),
  quality: Type.Union([Quality, Type.Null()]),
});

export const CallRecord = Type.Object({
  callId: CallId,
  callerId: UserId,
  mediaType: MediaType,
  groupId: Type.String(),
  isGroup: Type.Boolean(),
  userData: Type.String(),
  createdAt: Time,
  startedAt: orNull(Time),
  endedAt: Time,
  durationMs: Type.Integer({ description: 'From the first answer to the end.' }),
  result: oneOf(CALL_RESULTS),
  endedBy: orNull(Type.String({ description: 'The user whose action ended the call.' })),
  rating: Type.Union([Type.Integer(), Type.Null()]),
  members: Type.Array(RecordMember),
});
/** A call that has ended, with the times and result of each member. */
export type CallRecord = Static<typeof CallRecord>;
export const Records = Type.Object({ records: Type.Array(CallRecord), cursor: Cursor });
/** A page of records. `cursor` is null on the last one. */
export type RecordsPage = Static<typeof Records>;

const Instant = (what: string) =>
  Type.Optional(
    Type.String({
      maxLength: 40,
      description: `${what}, as 2026-01-31 (UTC) or 2026-01-31T12:00:00Z.`,
    }),
  );
const RecordFilter = {
  from: Instant('Calls started at this time or later'),
  to: Instant('Calls started before this time'),
  userId: Type.Optional(UserId),
  groupId: Type.Optional(GroupId),
  result: Type.Optional(oneOf(CALL_RESULTS)),
  mediaType: Type.Optional(MediaType),
};
export const RecordsQuery = Type.Object({ ...RecordFilter, ...PageQuery }, STRICT);
/** The conditions for records. Times are ISO 8601. */
export type RecordsQuery = Static<typeof RecordsQuery>;

const Day = (what: string) =>
  Type.String({ maxLength: 40, description: `${what}, in UTC, as 2026-01-31.` });
export const UsageQuery = Type.Object(
  {
    from: Day('The first day'),
    to: Day('The day after the last one; at most 366 days after the first'),
    by: oneOf(USAGE_KEYS),
    ...PageQuery,
  },
  STRICT,
);
/** The period and grouping of usage figures. */
export type UsageQuery = Static<typeof UsageQuery>;
const UsageFigure = Type.Object({
  key: Type.String({ description: "A day, a userId, or a groupId ('' for calls without one)." }),
  audioMinutes: Type.Number({ description: 'Minutes of members in audio calls.' }),
  videoMinutes: Type.Number({ description: 'Minutes of members in video calls.' }),
  peakMembers: Type.Integer({ description: 'The most members in calls at one time.' }),
});
export const Usage = Type.Object({ usage: Type.Array(UsageFigure), cursor: Cursor });
/** A page of usage figures. `cursor` is null on the last one. */
export type Usage = Static<typeof Usage>;

export const Profile = Type.Object(
  {
    nickname: Type.String({ maxLength: LIMITS.nicknameBytes }),
    avatar: Type.String({ maxLength: LIMITS.avatarBytes, description: "An https URL, or ''." }),
  },
  STRICT,
);
/** The nickname and avatar that the back end sets for a user. */
export type Profile = Static<typeof Profile>;
export const User = Type.Object({
  userId: UserId,
  nickname: Type.String(),
  avatar: Type.String(),
});
/** A user, as others see them. */
export type User = Static<typeof User>;
export const Sessions = Type.Object({ sessionIds: Type.Array(Type.String()) });
/** The connected sessions of a user. */
export type SessionList = Static<typeof Sessions>;
export const BlockedUsers = Type.Object({ userIds: Type.Array(UserId), cursor: Cursor });
/** A page of users whom a user has blocked. `cursor` is null on the last one. */
export type BlockedPage = Static<typeof BlockedUsers>;

export const PushSubscriptions = Type.Object({
  subscriptions: Type.Array(
    Type.Object({
      id: Type.String(),
      platform: Type.String({ description: 'web, or the platform of a device token.' }),
      createdAt: Type.Integer({ description: 'Epoch ms.' }),
      expiresAt: Type.Integer({ description: 'With the userSig of its session; epoch ms.' }),
    }),
  ),
});
/** The devices of a user that are notified of rings. */
export type PushSubscriptionList = Static<typeof PushSubscriptions>;

/** RFC 9457, with the fields of the errors of client and signalling. */
export const Problem = Type.Object({
  type: Type.String({ description: 'Names the kind of error, as urn:tui-call:error:<name>.' }),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  code: Type.Integer(),
  name: Type.String({ description: 'The stable name; see docs/errors.md.' }),
  message: Type.String(),
  retryable: Type.Boolean({ description: 'The same request can succeed later.' }),
});
export type Problem = Static<typeof Problem>;
