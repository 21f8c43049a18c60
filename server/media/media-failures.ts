import { mediaIdentity } from '../../src/protocol/index.ts';
import type { CallId, SessionIdentity, UserId } from '../../src/protocol/index.ts';
import type { CallService } from '../calls/call-service.ts';
import type { Call } from '../calls/model/call.ts';
import type { LiveCalls } from '../calls/live-calls.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../shared/log.ts';
import type { MediaPresence } from './media-presence.ts';
import type { RoomMonitor } from './room-monitor.ts';
import type { RoomReconciler } from './room-reconciler.ts';

export interface MediaFailuresDependencies {
  readonly config: Pick<Config, 'livekit'>;
  readonly presence: MediaPresence;
  readonly live: Pick<LiveCalls, 'get'>;
  readonly calls: Pick<CallService, 'presenceChanged'>;
  readonly monitor: Pick<RoomMonitor, 'isDown'>;
  readonly reconciler: Pick<RoomReconciler, 'reconcile'>;
  readonly log: Pick<Log, 'warn'>;
}

/** Sessions whose media does not connect: shown to the other members as reconnecting, and logged for the operator. */
export class MediaFailures {
  readonly #dependencies: MediaFailuresDependencies;
  /** The users of live calls whose failure is logged. */
  readonly #logged = new Map<CallId, Set<UserId>>();

  constructor(dependencies: MediaFailuresDependencies) {
    this.#dependencies = dependencies;
  }

  /** Records the report of a session that holds the seat in this call. */
  async report({ callId }: Call, { userId, sessionId }: SessionIdentity): Promise<void> {
    const { presence, calls, reconciler } = this.#dependencies;
    // Whether LiveKit lists the session now; the monitor notices if LiveKit does not respond.
    await reconciler.reconcile(callId).catch(() => undefined);
    this.#log(callId, userId, presence.of(userId, sessionId) !== 'unknown');
    presence.fail(mediaIdentity(userId, sessionId));
    await calls.presenceChanged(userId, sessionId);
  }

  /** Once per call and user. `reached`: LiveKit has listed the session, so that its URL is right. */
  #log(callId: CallId, userId: UserId, reached: boolean): void {
    const { live, monitor, log, config } = this.#dependencies;
    // The monitor has logged the cause.
    if (monitor.isDown) return;
    for (const id of this.#logged.keys()) if (live.get(id) === null) this.#logged.delete(id);
    const users = this.#logged.get(callId) ?? new Set();
    if (users.has(userId)) return;
    this.#logged.set(callId, users.add(userId));
    const { publicUrl } = config.livekit;
    log.warn(
      { callId, userId, publicUrl },
      reached
        ? "a client reaches LiveKit, but not its media ports: check LiveKit's rtc ports, node_ip and TURN"
        : 'a client does not reach LiveKit: check LIVEKIT_PUBLIC_URL from outside',
    );
  }
}
