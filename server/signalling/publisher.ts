import type { CallId } from '../../src/protocol/index.ts';
import { memberView, callView } from '../calls/call-view.ts';
import type { Committed } from '../calls/change-writer.ts';
import { isVisible } from '../calls/model/decision.ts';
import type { Change } from '../calls/model/decision.ts';
import { hasLeftForGood, hasSeat } from '../calls/model/call.ts';
import type { Call, Member } from '../calls/model/call.ts';
import type { Clock } from '../shared/clock.ts';
import type { Hub } from './hub.ts';

/** What sessions are sent of a commit. */
export type Published = Pick<Committed, 'changes' | 'missed'>;

/** Changes of profiles in one call are sent at most once in this time. */
const PROFILE_INTERVAL_MS = 250;

/** The profile changes of one call that wait to be sent, as the newest state of the call. */
interface ProfileUpdate {
  call: Call | null;
  readonly cancel: () => void;
}

/**
 * Sends committed changes: the whole call view to every session of every member; to a lapsed session only
 * its own call. Changes of profiles are coalesced per call; every other change is sent immediately and includes
 * them.
 */
export class Publisher {
  readonly #hub: Pick<Hub, 'sessionsOf'>;
  readonly #clock: Clock;
  /** Calls whose profiles were sent less than PROFILE_INTERVAL_MS ago. */
  readonly #profileUpdates = new Map<CallId, ProfileUpdate>();

  constructor(hub: Pick<Hub, 'sessionsOf'>, clock: Clock) {
    this.#hub = hub;
    this.#clock = clock;
  }

  publish({ changes, missed }: Published): void {
    for (const change of changes) if (isVisible(change)) this.#publish(change);
    // After the call view, so that a client knows the end of the call before the missed call.
    for (const { userId, missed: one } of missed) {
      for (const session of this.#hub.sessionsOf(userId)) {
        if (!session.hasLapsed) session.send({ type: 'call-missed', missed: one });
      }
    }
  }

  #publish(change: Change): void {
    const { callId, status } = change.after;
    const update = this.#profileUpdates.get(callId);
    if (isProfileChange(change)) {
      if (update !== undefined) {
        update.call = change.after;
        return;
      }
      this.#waitForNextUpdate(callId);
    } else if (update !== undefined) {
      update.call = null;
      if (status === 'ended') this.#endUpdates(callId, update);
    }
    this.#sendViews(change);
  }

  #waitForNextUpdate(callId: CallId): void {
    const cancel = this.#clock.after(PROFILE_INTERVAL_MS, () => {
      const call = this.#profileUpdates.get(callId)?.call ?? null;
      this.#profileUpdates.delete(callId);
      if (call === null) return;
      this.#waitForNextUpdate(callId);
      this.#sendViews({ before: call, after: call });
    });
    this.#profileUpdates.set(callId, { call: null, cancel });
  }

  #endUpdates(callId: CallId, { cancel }: ProfileUpdate): void {
    cancel();
    this.#profileUpdates.delete(callId);
  }

  #sendViews({ before, after: call }: Change): void {
    const now = this.#clock.now();
    const members = call.members.map(memberView);
    // The caller last, so that callees ring as early as possible.
    for (const member of call.members.toReversed()) {
      const { userId, status, suppressed } = member;
      // A busy user never rang and gets a missed call only; a suppressed invitation is not sent at all.
      if (status === 'busy' || suppressed || hasLeftForGood(member, call)) continue;
      for (const session of this.#hub.sessionsOf(userId)) {
        const isInCall = hasSeat(call, session) || (before !== null && hasSeat(before, session));
        if (session.hasLapsed && !isInCall) continue;
        session.send({ type: 'call-changed', call: callView(call, session, now, members) });
      }
    }
  }
}

/** Whether nothing but nicknames and avatars differ. */
function isProfileChange({ before, after }: Change): boolean {
  if (before === null || before.members.length !== after.members.length) return false;
  const { version, members } = before;
  return (
    isShallowEqual({ ...after, version, members }, before) &&
    after.members.every((one, index) => isSameButProfile(one, members[index]))
  );
}

function isSameButProfile(one: Member, other: Member | undefined): boolean {
  if (one === other || other === undefined) return one === other;
  const { nickname, avatar } = other;
  return isShallowEqual({ ...one, nickname, avatar }, other);
}

function isShallowEqual<T extends object>(one: T, other: T): boolean {
  const keys = Object.keys(one) as (keyof T)[];
  return keys.every((key) => one[key] === other[key]);
}
