import type { CallEffect } from '../../../src/engine/state/effects.ts';
import type { EngineState } from '../../../src/engine/state/call-state.ts';
import type { Notification } from '../../../src/engine/api/observer.ts';
import type { CommandId } from '../../../src/protocol/index.ts';
import type { Actor } from './scenario.ts';
import { must } from './violation.ts';

/** The observed history of a device, as far as the check of the next event needs it. */
export interface DeviceRecord {
  /** The last notified phase of each call. `…-before`: by the page before a reload. */
  readonly calls: Readonly<Record<string, CallProgress>>;
  /** The user started or accepted a call here, and it has not ended yet. */
  readonly acted: boolean;
  /** An earlier page received callbacks, too: a call may have begun between the two. */
  readonly reloaded: boolean;
  /** Tracks that run. */
  readonly open: readonly string[];
  /** Intents that have not settled yet. */
  readonly wishes: readonly CommandId[];
}

/** `…-before`: by the page before a reload. `elsewhere`: ended here, and the user has requested to join it again. */
export type CallProgress =
  'announced' | 'begun' | 'announced-before' | 'begun-before' | 'over' | 'elsewhere';

export const NOTHING_SEEN: DeviceRecord = {
  calls: {},
  acted: false,
  reloaded: false,
  open: [],
  wishes: [],
};

type Seen =
  | { readonly type: 'wished'; readonly intentId: CommandId; readonly what: string }
  | { readonly type: 'notified'; readonly notification: Notification }
  | {
      readonly type: 'asked';
      readonly actor: Actor;
      readonly effect: Extract<
        CallEffect,
        { type: 'settle' | 'set-track' | 'join-media' | 'leave-media' }
      >;
    };

export function recorded(record: DeviceRecord, engine: EngineState, seen: Seen): DeviceRecord {
  switch (seen.type) {
    case 'wished': {
      const acted = record.acted || BEGINNINGS.includes(seen.what);
      const calls = seen.what === 'join' ? comingBack(record.calls) : record.calls;
      return { ...record, acted, calls, wishes: [...record.wishes, seen.intentId].sort() };
    }
    case 'notified':
      return progress(record, seen.notification);
    case 'asked':
      return asked(record, engine, seen);
  }
}

const BEGINNINGS = ['call', 'accept', 'join', 'accept-waiting', 'hold'];

/** A call that moved to another device, or was answered there, may begin here once more. */
function comingBack(calls: DeviceRecord['calls']): DeviceRecord['calls'] {
  const back = Object.entries(calls).map(([callId, progress]): [string, CallProgress] => [
    callId,
    progress === 'over' ? 'elsewhere' : progress,
  ]);
  return Object.fromEntries(back);
}

/** The next page has received no callback; what the user started continues, and its tracks may return. */
export function recordedReload(record: DeviceRecord): DeviceRecord {
  const calls = Object.entries(record.calls).map(([callId, progress]): [string, CallProgress] => [
    callId,
    progress === 'begun' || progress === 'announced' ? `${progress}-before` : progress,
  ]);
  return { ...record, calls: Object.fromEntries(calls), reloaded: true, open: [], wishes: [] };
}

/** docs/events.md: each call is announced, begins and ends once, in this order; its end is the last callback. */
function progress(record: DeviceRecord, { name, info }: Notification): DeviceRecord {
  const { callId } = info;
  const so = record.calls[callId];
  // The user may have started or accepted another call, which continues.
  const hasOther =
    record.acted && Object.entries(record.calls).some(([id, one]) => id !== callId && isLive(one));
  const now = (next: CallProgress, acted = record.acted): DeviceRecord => ({
    ...record,
    acted,
    calls: sorted({ ...record.calls, [callId]: next }),
  });
  switch (name) {
    case 'onCallReceived':
      must(so !== 'announced' && so !== 'begun', `${name} twice for one invitation`);
      must(so !== 'over', `${name} again for a call whose end was notified`);
      return now('announced');
    case 'onCallBegin':
      must(so !== 'begun', 'onCallBegin twice');
      must(so !== 'over', 'onCallBegin after the end of the call');
      return now('begun');
    case 'onCallEnd':
      must(so !== 'over', 'a second terminal event for one call: onCallEnd');
      must(
        so === 'begun' || so === 'elsewhere' || record.reloaded,
        'onCallEnd without onCallBegin',
      );
      return now('over', hasOther);
    case 'onCallCancelled':
      must(so !== 'begun', 'onCallCancelled for a call that had begun');
      must(so !== 'over', 'a second terminal event for one call: onCallCancelled');
      return now('over', hasOther);
    case 'onUserReject':
    case 'onUserNoResponse':
    case 'onUserLineBusy':
    case 'onUserInviting':
    case 'onUserJoin':
    case 'onUserLeave':
    case 'onCallMediaTypeChanged':
      must(so !== 'over', `${name} after the end of the call`);
      return record;
    default:
      return record;
  }
}

const isLive = (progress: CallProgress) => progress !== 'over' && progress !== 'elsewhere';

function asked(
  record: DeviceRecord,
  engine: EngineState,
  { effect, actor }: Seen & { type: 'asked' },
) {
  switch (effect.type) {
    case 'settle':
      // No promise of the page before a reload is pending any more.
      must(record.wishes.includes(effect.intentId), `a wish was settled twice: ${effect.intentId}`);
      return { ...record, wishes: record.wishes.filter((one) => one !== effect.intentId) };
    case 'join-media':
      must(isNamed(engine), 'media is joined on a device that the server has not named');
      must(effect.access.token.startsWith(`${actor.sessionId} `), 'media with another one’s token');
      return record;
    case 'leave-media':
      return { ...record, open: [] };
    case 'set-track': {
      const others = record.open.filter((one) => one !== effect.source);
      if (!effect.on) return { ...record, open: others };
      must(isNamed(engine), `the ${effect.source} opens on a device that the server has not named`);
      must(record.acted, `the ${effect.source} opens though the user has not acted here`);
      return { ...record, open: [...others, effect.source].sort() };
    }
  }
}

/** The simplest interpretation of the view: the server lists this session as joined in this live call. */
function isNamed({ call }: EngineState): boolean {
  if (call.phase !== 'outgoing' && call.phase !== 'in-call') return false;
  const { status, self, members } = call.view;
  const mine = members.find(({ userId }) => userId === self.userId)?.status;
  return status !== 'ended' && mine === 'joined' && self.session === 'this';
}

function sorted<V>(record: Readonly<Record<string, V>>): Readonly<Record<string, V>> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
