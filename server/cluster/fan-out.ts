import type { CallId, UserId } from '../../src/protocol/index.ts';
import type { Call } from '../calls/model/call.ts';
import type { LiveCalls } from '../calls/live-calls.ts';
import type { MediaPresence } from '../media/media-presence.ts';
import { allowedSessions } from '../media/room-reconciler.ts';
import type { Clock } from '../shared/clock.ts';
import type { Published, Publisher } from '../signalling/publisher.ts';
import { NO_BUS } from './node-bus.ts';
import type { NodeBus } from './node-bus.ts';
import type { MissedNotifier } from './missed-notifier.ts';
import type { NodeMessage } from './node-message.ts';
import type { ProfileReader } from './profile-reader.ts';

export interface FanOutParts {
  readonly live: LiveCalls;
  readonly media: Pick<MediaPresence, 'forget'>;
  readonly publisher: Pick<Publisher, 'publish'>;
  readonly missed: Pick<MissedNotifier, 'notify'>;
  readonly profiles: Pick<ProfileReader, 'changed'>;
  readonly clock: Clock;
  /** Any node ended this call. */
  readonly onEnded: (call: Call) => void;
  /** There are connections to close on this node. */
  readonly onEvicted: () => void;
  readonly nodeId: string;
}

/** Sends the commits of any node to the sessions of this node, and those of this node to the other nodes. */
export class FanOut {
  readonly #dependencies: FanOutParts;
  readonly #arrived = new Map<CallId, Call>();
  bus: NodeBus = NO_BUS;

  constructor(dependencies: FanOutParts) {
    this.#dependencies = dependencies;
  }

  /** This node's own sessions first: they never wait for Redis. */
  publish({ changes, missed }: Published): void {
    const missedBy = [...new Set(missed.map(({ userId }) => userId))];
    this.#dependencies.publisher.publish({ changes, missed: [] });
    for (const userId of missedBy) this.#dependencies.missed.notify(userId);
    const calls = changes.map(({ after }) => after);
    this.bus.publish({ kind: 'committed', calls, missedBy });
    for (const call of calls) if (call.status === 'ended') this.#dependencies.onEnded(call);
  }

  /** The back end has set the profile of this user. */
  profileSet(userId: UserId): void {
    this.bus.publish({ kind: 'committed', calls: [], missedBy: [], profilesOf: [userId] });
  }

  evicted(nodeIds: readonly string[]): void {
    this.bus.publish({ kind: 'evicted', nodeIds });
  }

  received(message: NodeMessage): void {
    const { missed, profiles, onEvicted, nodeId } = this.#dependencies;
    if (message.kind === 'evicted') {
      if (message.nodeIds.includes(nodeId)) onEvicted();
      return;
    }
    for (const call of message.calls) this.#arrive(call);
    for (const userId of message.missedBy) missed.notify(userId);
    if (message.profilesOf !== undefined) profiles.changed(message.profilesOf);
  }

  /** What arrives at once is one change of each call: a call that is over by then does not ring. */
  #arrive(call: Call): void {
    if (this.#arrived.size === 0) this.#dependencies.clock.after(0, () => this.#flush());
    const other = this.#arrived.get(call.callId);
    if (other === undefined || other.version <= call.version) this.#arrived.set(call.callId, call);
  }

  #flush(): void {
    const calls = [...this.#arrived.values()];
    this.#arrived.clear();
    for (const call of calls) this.changed(call);
  }

  /** A call as it is in the database now, or was when another node wrote it. */
  changed(after: Call): void {
    const { live, publisher, onEnded } = this.#dependencies;
    const before = live.get(after.callId);
    const isNews = live.isNews(after);
    live.put(after);
    if (isNews) publisher.publish({ changes: [{ before, after }], missed: [] });
    if (isNews && before !== null) this.#forgetDeparted(before, after);
    if (after.status === 'ended') onEnded(after);
  }

  /** As RoomService does for the commits of this node: what is known of their media is over with their part. */
  #forgetDeparted(before: Call, after: Call): void {
    const sessions = allowedSessions(after);
    for (const identity of allowedSessions(before).keys()) {
      if (!sessions.has(identity)) this.#dependencies.media.forget(identity);
    }
  }
}
