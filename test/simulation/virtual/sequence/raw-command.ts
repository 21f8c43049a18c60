import type { CallId, Command, CommandType, UserId } from '../../../../src/protocol/index.ts';

/** The values from which a raw client makes a command. */
export interface RawCommandParts {
  readonly type: CommandType;
  readonly id: Command['id'];
  readonly callId: CallId;
  /** Other users, who can be called or invited. */
  readonly others: readonly UserId[];
  readonly team: string;
  /** An earlier `call` or `join-group` of the same user. */
  readonly earlier: Command['id'] | null;
  readonly userSig: string;
  /** Selects one of the variants of the command. */
  readonly how: number;
}

/** A command that a raw client may send about a call, whatever the status of its user in that call. */
export function rawCommand(parts: RawCommandParts): Command {
  const { type, id, callId, others, team, earlier, userSig, how } = parts;
  const one = others[how % others.length];
  const some = one === undefined || how % 3 === 0 ? others : [one];
  switch (type) {
    case 'call':
      return {
        ...{ type, id, userIds: some, mediaType: how % 2 ? 'audio' : 'video', userData: '' },
        ...{ groupId: how % 5 < 2 ? team : '', timeout: [5, 30, 0][how % 3] ?? 5 },
      };
    case 'cancel':
      return { type, id, callCommandId: earlier ?? id };
    case 'accept':
      if (how % 3 === 0) return { type, id, callId };
      return { type, id, callId, currentCall: how % 3 === 1 ? 'end' : 'hold' };
    case 'invite':
      return { type, id, callId, userIds: some, timeout: [5, 30][how % 2] ?? 5 };
    case 'join-group':
      return { type, id, groupId: team };
    case 'hold':
      return { type, id, callId, on: how % 2 === 0 };
    case 'switch-media-type':
      return { type, id, callId, mediaType: how % 2 ? 'audio' : 'video' };
    case 'sync':
      return { type, id, knownCallIds: [callId], missedSince: null };
    case 'report-quality': {
      const figures = { measuredMs: how * 1000, poorMs: how, reconnections: how };
      return { type, id, callId, quality: { ...figures, roundTripMs: how, lossPercent: null } };
    }
    case 'recent-calls':
      return { type, id, cursor: null, limit: 20 };
    case 'delete-recent-calls':
      return { type, id, callIds: [callId] };
    case 'renew-user-sig':
      return { type, id, userSig };
    case 'set-push-target': {
      const keys = { p256dh: '', auth: '', echo: '' };
      return { type, id, target: { platform: 'web', address: 'x', ...keys }, on: how % 2 === 0 };
    }
    case 'set-self-info':
      return { type, id, nickname: `No. ${how % 4}`, avatar: '' };
    default:
      return { type, id, callId };
  }
}
