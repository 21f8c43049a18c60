import type { Call } from '../../../../server/calls/model/call.ts';
import type { MediaSession, SignalSocket } from '../../../../src/engine/api/ports.ts';
import type { CallId, Command, LeaveBeacon, UserId } from '../../../../src/protocol/index.ts';
import type { Crossings } from '../sequence/crossings.ts';
import type { Device } from './device.ts';
import type { Up } from './link.ts';
import type { RawSession } from '../sequence/raw-session.ts';

/** The connection of one device to the server, controlled by the test. */
export interface Line extends SignalSocket {
  /** What was sent and is still on its way to the server. */
  readonly up: readonly Up[];
  readonly isConnected: boolean;
  /** No new connection can be made. */
  away: boolean;
  /** The connection breaks, and both ends notice. */
  break(): void;
  /** The connection dies, and no end notices. */
  die(): void;
  /** No message is on its way, and no end takes a dead connection for alive. */
  readonly isQuiet: boolean;
  /** The network or the user is back: reconnects without a delay. */
  tryNow(): void;
  /** The page closes: none of its code runs any more. */
  pageGone(): void;
  sendBeacon(body: LeaveBeacon): void;
}

/** The media side of one page, controlled by the test. */
export interface DeviceMedia extends MediaSession {
  readonly joined: boolean;
  readonly open: ReadonlySet<unknown>;
  /** Its connection to the room breaks. */
  break(): void;
  /** The page closes, with all its connections. */
  pageGone(): void;
}

/** What the customer's back end may do. */
export interface BackEnd {
  endCall(callId: CallId): Promise<unknown>;
  remove(callId: CallId, userId: UserId): Promise<unknown>;
  kick(userId: UserId): Promise<unknown>;
}

/** A command that took effect, and the connection on which it was sent. */
export interface SentCommand<L = Line> {
  readonly link: L;
  readonly command: Command;
}

/**
 * Where a sequence runs: in virtual time within one process (`World`), or with a real server process
 * and real sockets (`test/simulation/process`). The steps and the invariants are the same in both.
 */
export interface System {
  readonly users: readonly UserId[];
  /** A group to which some of the users belong. */
  readonly team: string;
  /** Duration of a short ring here, in seconds. */
  readonly shortRing: number;
  readonly devices: readonly Device[];
  /** Raw sessions of the same users, which send protocol commands at any moment. */
  readonly raw: readonly RawSession[];
  readonly sentCommands: readonly SentCommand[];
  /** The last committed version of each call, oldest first. */
  readonly calls: ReadonlyMap<CallId, Call>;
  readonly crossings: Crossings;
  /** null while the server is down. */
  readonly backEnd: BackEnd | null;
  /** Work that continues beside the steps. */
  working(work: Promise<unknown>): void;
  /** Messages that devices send from here on stay on their way until `flush()`. */
  hold(): void;
  /** Everything that needs neither time nor a message is done. */
  settle(): Promise<void>;
  /** Every message on its way arrives, and every message that follows from it. */
  flush(): Promise<void>;
  afterStep(): Promise<void>;
  /** The same command arrives once more, as a repetition on the wire does. */
  again(command: SentCommand): Promise<void>;
  /** Server, LiveKit and network are up, and every device has noticed that. */
  restoreAll(): Promise<void>;
  /**
   * All this time passes, and then the condition holds; where a test cannot make time pass, the condition holds
   * before this much time has passed.
   */
  within(ms: number, holds: () => void | Promise<void>): Promise<void>;
  /** No other sequence interferes with this. */
  withoutKills(work: () => Promise<void>): Promise<void>;
  /** The missed calls in the store. */
  missedOf(userId: UserId): Promise<readonly { readonly callId: CallId }[]>;
  /** The existing media rooms of its calls. */
  roomsLeft(): Promise<readonly string[]>;
}
