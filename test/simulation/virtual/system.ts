import type { Call } from '../../../server/calls/model/call.ts';
import type { MediaSession, SignalSocket } from '../../../src/engine/api/ports.ts';
import type { CallId, Command, LeaveBeacon, UserId } from '../../../src/protocol/index.ts';
import type { Crossings } from './crossings.ts';
import type { Device } from './device.ts';
import type { Up } from './link.ts';
import type { RawSession } from './raw-session.ts';

/** The way of one device to the server, as the test holds it. */
export interface Line extends SignalSocket {
  /** What was sent and is still on its way to the server. */
  readonly up: readonly Up[];
  readonly isConnected: boolean;
  /** No new connection comes about. */
  away: boolean;
  /** It breaks, and both ends see it. */
  break(): void;
  /** The connection is dead, and no end notices. */
  die(): void;
  /** Nothing is on its way, and no end takes for alive what is dead. */
  readonly isQuiet: boolean;
  /** The network is back, or the user: no more waiting. */
  tryNow(): void;
  /** The page is gone: nothing of it reacts any more. */
  pageGone(): void;
  sendBeacon(body: LeaveBeacon): void;
}

/** The media side of one page, as the test holds it. */
export interface DeviceMedia extends MediaSession {
  readonly joined: boolean;
  readonly open: ReadonlySet<unknown>;
  /** Its connection with the room breaks. */
  break(): void;
  /** The page is gone, and with it all that it held. */
  pageGone(): void;
}

/** What the customer's back end may do. */
export interface BackEnd {
  endCall(callId: CallId): Promise<unknown>;
  remove(callId: CallId, userId: UserId): Promise<unknown>;
  kick(userId: UserId): Promise<unknown>;
}

/** A command that was done, and where it was said. */
export interface SentCommand<L = Line> {
  readonly link: L;
  readonly command: Command;
}

/**
 * Where a sequence runs: in virtual time within one process (`World`), or with a real server process
 * and real sockets (`test/simulation/process`). The steps and the laws are the same in both.
 */
export interface System {
  readonly users: readonly UserId[];
  /** A group to which some of them belong. */
  readonly team: string;
  /** Seconds that a short ring lasts here. */
  readonly shortRing: number;
  readonly devices: readonly Device[];
  /** Sessions of the same users that speak the protocol by themselves, whatever the moment. */
  readonly raw: readonly RawSession[];
  readonly sentCommands: readonly SentCommand[];
  /** Each call as it was committed last, oldest first. */
  readonly calls: ReadonlyMap<CallId, Call>;
  readonly crossings: Crossings;
  /** null while there is no server. */
  readonly backEnd: BackEnd | null;
  /** A work that goes on beside the steps. */
  working(work: Promise<unknown>): void;
  /** What devices say from here on is on its way until everything arrives. */
  hold(): void;
  /** Whatever can go on without time or a message has done so. */
  settle(): Promise<void>;
  /** Everything on its way arrives, and what follows from it. */
  flush(): Promise<void>;
  afterStep(): Promise<void>;
  /** The same command arrives once more, as a repetition of the wire does. */
  again(said: SentCommand): Promise<void>;
  /** Server, LiveKit and network are there, and everyone has heard that. */
  restoreAll(): Promise<void>;
  /**
   * All this time passes, and then this is so; where time cannot be made to pass, this is so before so
   * much has passed.
   */
  within(ms: number, holds: () => void | Promise<void>): Promise<void>;
  /** No other life gets in the way of this. */
  withoutKills(work: () => Promise<void>): Promise<void>;
  /** What was kept of missed calls, by the store itself. */
  missedOf(userId: UserId): Promise<readonly { readonly callId: CallId }[]>;
  /** Media rooms of its calls that are there. */
  roomsLeft(): Promise<readonly string[]>;
}
