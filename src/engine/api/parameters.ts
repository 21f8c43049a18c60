import {
  LIMITS,
  parseCallId,
  parseUserId,
  type CallId,
  type MediaType,
  type CurrentCallAction,
  type UserId,
} from '../../protocol/index.ts';
import { CallError } from './call-error.ts';
import type { DeviceKind } from './observer.ts';
import type { VideoEncoderParams } from './ports.ts';

/**
 * Parsers for the arguments of the public methods. Each throws a CallError that names the argument,
 * before the engine sends anything.
 */

function invalid(message: string): CallError {
  return new CallError('invalid-parameter', message);
}

/** @throws {CallError} invalid-parameter */
export function userIdParameter(name: string, value: unknown): UserId {
  const userId = parseUserId(value);
  if (userId === null) throw invalid(`${name} must be 1-64 of A-Z a-z 0-9 _ . @ -`);
  return userId;
}

/** One or several other users, without duplicates. @throws {CallError} invalid-parameter | self-call | call-full */
export function userIdsParameter(value: unknown, self: UserId | null): readonly UserId[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw invalid('userIds is empty');
  const userIds = new Set(list.map((one) => userIdParameter('userIds', one)));
  if (self !== null && userIds.has(self)) throw new CallError('self-call');
  // The actual maximum is a setting of the server, which rejects with call-full.
  if (userIds.size >= LIMITS.maxCallMembers) throw new CallError('call-full');
  return [...userIds];
}

export function mediaTypeParameter(value: unknown): MediaType {
  if (value !== 'audio' && value !== 'video') throw invalid("mediaType must be 'audio' or 'video'");
  return value;
}

export function currentCallParameter(value: unknown): CurrentCallAction {
  if (value !== 'end' && value !== 'hold') throw invalid("currentCall must be 'end' or 'hold'");
  return value;
}

export function timeoutParameter(value: unknown = LIMITS.defaultTimeoutSeconds): number {
  const valid = typeof value === 'number' && Number.isInteger(value);
  if (!valid || value < 0 || value > LIMITS.maxTimeoutSeconds) {
    throw invalid(`timeout must be a whole number of seconds, 0 to ${LIMITS.maxTimeoutSeconds}`);
  }
  return value;
}

export function callIdParameter(value: unknown): CallId {
  const callId = parseCallId(value);
  if (callId === null) throw invalid('callId is malformed');
  return callId;
}

export function callIdsParameter(value: unknown): readonly CallId[] {
  if (!Array.isArray(value) || value.length > LIMITS.recentCalls) {
    throw invalid(`callIds must be a list of at most ${LIMITS.recentCalls}`);
  }
  return value.map(callIdParameter);
}

/** @throws {CallError} invalid-parameter */
export function recentParameters({
  limit = 20,
  cursor = null,
}: {
  readonly limit?: number;
  readonly cursor?: string | null;
}) {
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMITS.recentCalls) {
    throw invalid(`limit must be 1 to ${LIMITS.recentCalls}`);
  }
  return { limit, cursor: cursor === null ? null : textParameter('cursor', cursor, 200) };
}

export function groupIdParameter(value: unknown = ''): string {
  if (typeof value !== 'string' || value.length > LIMITS.groupIdLength) {
    throw invalid(`groupId must be a string of at most ${LIMITS.groupIdLength}`);
  }
  return value;
}

export function textParameter(name: string, value: unknown, maxBytes: number): string {
  if (typeof value !== 'string' || utf8Bytes(value) > maxBytes) {
    throw invalid(`${name} must be a string of at most ${maxBytes} bytes`);
  }
  return value;
}

export function optionalText(
  name: string,
  value: string | undefined,
  maxBytes: number,
): string | null {
  return value === undefined ? null : textParameter(name, value, maxBytes);
}

export function userSigParameter(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw invalid('userSig must be a string');
  return value;
}

/** The http or https URL of a call server. @throws {CallError} invalid-parameter */
export function serverParameter(value: unknown): string {
  if (typeof value !== 'string' || !/^https?:\/\/[^\s/?#]+/i.test(value)) {
    throw invalid('server must be a URL like https://calls.example');
  }
  return value;
}

export function deviceKindParameter(value: unknown): DeviceKind {
  const kind = (['microphone', 'camera', 'speaker'] as const).find((one) => one === value);
  if (kind === undefined) throw invalid('kind must be microphone, camera or speaker');
  return kind;
}

export function encoderParameter({ resolution, fps }: VideoEncoderParams): VideoEncoderParams {
  const known = (['360p', '540p', '720p', '1080p'] as const).includes(resolution);
  if (!known) throw invalid('resolution must be 360p, 540p, 720p or 1080p');
  if (fps === undefined) return { resolution };
  if (!Number.isInteger(fps) || fps < 1 || fps > 60) throw invalid('fps must be 1 to 60');
  return { resolution, fps };
}

/** The length in UTF-8. The engine has no TextEncoder; a lone surrogate counts three bytes, as it does there. */
function utf8Bytes(value: string): number {
  return encodeURI(value.replace(/\p{Cs}/gu, '???')).replace(/%../g, '?').length;
}
