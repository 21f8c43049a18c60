import { Type } from 'typebox';
import type { TProperties } from 'typebox';
import { Compile } from 'typebox/compile';
import { LIMITS } from '../../src/protocol/index.ts';
import type { Command, CommandType } from '../../src/protocol/index.ts';
import { avatarProblem, nicknameProblem } from '../auth/profile.ts';
import { CommandError } from '../shared/command-error.ts';
import { firstProblem } from '../shared/first-problem.ts';

/** The fields of each command. Unknown fields are ignored, since a newer client may send them. */

const USER_ID = '^[A-Za-z0-9_.@-]{1,64}$';
const RANDOM_ID = '^[A-Za-z0-9_-]{16,64}$';
/** Protects the parser; far above the limit of a call, which has its own error. */
const MAX_IDS = 1000;

const id = Type.String({ pattern: RANDOM_ID });
const userIds = Type.Array(Type.String({ pattern: USER_ID }), { maxItems: MAX_IDS });
const mediaType = Type.Union([Type.Literal('audio'), Type.Literal('video')]);
const timeout = Type.Integer({ minimum: 0, maximum: LIMITS.maxTimeoutSeconds });
const groupId = Type.String({ maxLength: LIMITS.groupIdLength });
const inCall = { callId: id };
/** Longer than any call. */
const MAX_MEASURED_MS = 366 * 86_400_000;
const duration = Type.Integer({ minimum: 0, maximum: MAX_MEASURED_MS });

const FIELDS: { readonly [T in CommandType]: TProperties } = {
  call: {
    userIds,
    mediaType,
    groupId,
    timeout,
    userData: Type.String({ maxLength: LIMITS.userDataBytes }),
  },
  cancel: { callCommandId: id },
  accept: {
    callId: id,
    currentCall: Type.Optional(Type.Union([Type.Literal('end'), Type.Literal('hold')])),
  },
  reject: inCall,
  hangup: inCall,
  invite: { callId: id, userIds, timeout },
  join: inCall,
  'join-group': { groupId: Type.String({ minLength: 1, maxLength: LIMITS.groupIdLength }) },
  hold: { callId: id, on: Type.Boolean() },
  'switch-media-type': { callId: id, mediaType },
  alerted: { callId: id, canAnswer: Type.Optional(Type.Literal(false)) },
  'media-access': inCall,
  'media-failed': inCall,
  'report-quality': {
    callId: id,
    quality: Type.Object({
      measuredMs: duration,
      poorMs: duration,
      reconnections: Type.Integer({ minimum: 0, maximum: 1e6 }),
      roundTripMs: Type.Union([Type.Number({ minimum: 0, maximum: 1e6 }), Type.Null()]),
      lossPercent: Type.Union([Type.Number({ minimum: 0, maximum: 100 }), Type.Null()]),
    }),
  },
  sync: {
    knownCallIds: Type.Array(id, { maxItems: 100 }),
    missedSince: Type.Union([
      Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
      Type.Null(),
    ]),
  },
  'recent-calls': {
    cursor: Type.Union([Type.String({ maxLength: 200 }), Type.Null()]),
    limit: Type.Integer({ minimum: 1, maximum: LIMITS.recentCalls }),
  },
  'delete-recent-calls': { callIds: Type.Array(id, { maxItems: LIMITS.recentCalls }) },
  'renew-user-sig': { userSig: Type.String() },
  'set-self-info': { nickname: Type.String(), avatar: Type.String() },
  'set-push-target': {
    target: Type.Object({
      platform: Type.String({ pattern: '^[a-z0-9-]{1,32}$' }),
      address: Type.String({ minLength: 1, maxLength: LIMITS.pushAddressBytes }),
      p256dh: Type.String({ maxLength: 200 }),
      auth: Type.String({ maxLength: 100 }),
      echo: Type.String({ maxLength: LIMITS.pushEchoBytes }),
    }),
    on: Type.Boolean(),
  },
};

const CHECKS = new Map(
  Object.entries(FIELDS).map(([type, fields]) => [type, Compile(Type.Object({ id, ...fields }))]),
);

/**
 * Validates the payload of a command.
 *
 * @throws {CommandError} invalid-parameter, which names the field; not-supported-here for an unknown type.
 */
export function decodeCommand(payload: unknown): Command {
  const type = isRecord(payload) ? payload['type'] : undefined;
  if (typeof type !== 'string') throw invalid('type is missing');
  const check = CHECKS.get(type);
  if (check === undefined)
    throw new CommandError('not-supported-here', 'This server does not support this command.');
  if (!check.Check(payload)) throw invalid(firstProblem(check.Errors(payload)));
  const command = payload as Command;
  checkLimits(command);
  return command;
}

/** What a schema cannot express: limits in bytes, and a part that is over its whole. */
function checkLimits(command: Command): void {
  if (command.type === 'call' && Buffer.byteLength(command.userData) > LIMITS.userDataBytes) {
    throw invalid(`userData is over ${LIMITS.userDataBytes} bytes`);
  }
  if (command.type === 'report-quality' && command.quality.poorMs > command.quality.measuredMs) {
    throw invalid('quality.poorMs is over quality.measuredMs');
  }
  if (command.type !== 'set-self-info') return;
  const nickname = nicknameProblem(command.nickname);
  if (nickname !== null) throw invalid(`nickname: ${nickname}`);
  const avatar = avatarProblem(command.avatar);
  if (avatar !== null) throw invalid(`avatar: ${avatar}`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const invalid = (why: string) => new CommandError('invalid-parameter', why);
