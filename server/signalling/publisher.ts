import { memberView, callView } from '../calls/call-view.ts';
import type { Committed } from '../calls/call-service.ts';
import { isVisible } from '../calls/model/decision.ts';
import type { Change } from '../calls/model/decision.ts';
import { hasSeat } from '../calls/model/call.ts';
import type { Clock } from '../shared/clock.ts';
import type { Hub } from './hub.ts';

/**
 * Sends committed changes: the whole call view to every session of every member; to a lapsed session only
 * its own call.
 */
export class Publisher {
  readonly #hub: Pick<Hub, 'sessionsOf'>;
  readonly #clock: Clock;

  constructor(hub: Pick<Hub, 'sessionsOf'>, clock: Clock) {
    this.#hub = hub;
    this.#clock = clock;
  }

  publish({ changes, missed }: Committed): void {
    for (const change of changes) if (isVisible(change)) this.#sendViews(change);
    // After the call view, so that a client knows the end of the call before the missed call.
    for (const { userId, missed: one } of missed) {
      for (const session of this.#hub.sessionsOf(userId)) {
        if (!session.hasLapsed) session.send({ type: 'call-missed', missed: one });
      }
    }
  }

  #sendViews({ before, after: call }: Change): void {
    const now = this.#clock.now();
    const members = call.members.map(memberView);
    // The caller last, so that callees ring as early as possible.
    for (const { userId, status, suppressed } of call.members.toReversed()) {
      // Who was busy never rang: to them the call is only one they missed. Who has blocked, not even that.
      if (status === 'busy' || suppressed) continue;
      for (const session of this.#hub.sessionsOf(userId)) {
        const isTheirs = hasSeat(call, session) || (before !== null && hasSeat(before, session));
        if (session.hasLapsed && !isTheirs) continue;
        session.send({ type: 'call-changed', call: callView(call, session, now, members) });
      }
    }
  }
}
