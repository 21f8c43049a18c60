import type { Profile } from '../../../server/auth/profile.ts';
import { CallService } from '../../../server/calls/call-service.ts';
import { participationOf } from '../../../server/calls/model/call.ts';
import type { Call } from '../../../server/calls/model/call.ts';
import { callView } from '../../../server/calls/call-view.ts';
import { onlyNodePresence } from '../../../server/calls/presence.ts';
import type { Clock } from '../../../server/shared/clock.ts';
import { GroupVerifier } from '../../../server/groups/group-verifier.ts';
import { toErrorShape } from '../../../server/shared/command-error.ts';
import { CommandDispatcher } from '../../../server/signalling/command-dispatcher.ts';
import { Publisher } from '../../../server/signalling/publisher.ts';
import type { Session } from '../../../server/signalling/session.ts';
import {
  EMPTY_STORE,
  MemoryStore,
  type Blocked,
  type StoreContents,
} from '../../../server/testing/memory-store.ts';
import type {
  Answer,
  CallView,
  Command,
  ServerMessage,
  SessionId,
  UserId,
} from '../../../src/protocol/index.ts';
import type { Down } from './device.ts';
import type { Actor, Scenario } from './scenario.ts';
import { must } from './violation.ts';

/** The call server as one immutable value: its stored data, and its connections. */
export interface ServerState {
  readonly contents: StoreContents;
  readonly up: boolean;
  /** By the index of the device. */
  readonly connected: readonly boolean[];
  /** When the page of this session sent its leave beacon; null: it did not, or has returned. */
  readonly leaving: readonly (number | null)[];
}

export type ServerSetting = Pick<Scenario, 'actors' | 'blocked' | 'callWaiting'>;

export interface ServerMoved {
  readonly server: ServerState;
  /** The messages sent, in order. */
  readonly out: readonly { readonly to: number; readonly down: Down }[];
}

const LEAVE_BEACON_VALID_MS = 20_000;
const LEASE_MS = 30_000;
const FAR_OFF = 1e12;
/** Calls that the scenario never makes have to be valid, too. */
const MAX_MEMBERS = 5;

/** The server's clock at the beginning. */
export const SERVER_START = 1_700_000_000_000;

/**
 * The production server, from Dispatch down to the store, without sockets and without LiveKit: takes a
 * state, applies one event, and returns the next state. It keeps nothing between two events.
 */
export class ServerSide {
  readonly #actors: readonly Actor[];
  readonly #blocked: readonly Blocked[];
  readonly #store: MemoryStore;
  readonly #service: CallService;
  readonly #dispatch: CommandDispatcher;
  #state: ServerState;
  #now = 0;
  #ids = 0;
  #out: { to: number; down: Down }[] = [];

  constructor({ actors, blocked = [], callWaiting = false }: ServerSetting) {
    this.#actors = actors;
    this.#blocked = blocked;
    this.#store = new MemoryStore({ callWaiting });
    this.#state = this.initial();
    const clock: Clock = {
      now: () => this.#now,
      wall: () => this.#now,
      anchor: () => undefined,
      after: () => () => undefined,
    };
    const publisher = new Publisher({ sessionsOf: (userId) => this.#sessionsOf(userId) }, clock);
    this.#service = new CallService({
      store: this.#store,
      clock,
      randomId: () => this.#randomId(),
      maxMembers: MAX_MEMBERS,
      callWaiting,
      mediaOnlyMs: 300_000,
      mayCall: () => true,
      eventsOf: () => [],
      askBefore: async () => undefined,
      presence: onlyNodePresence((userId, sessionId) => this.#reach(userId, sessionId)),
      listeners: [(committed) => publisher.publish(committed)],
    });
    const media = { issueEarly: admitted, issue: admitted };
    const nothing = () => Promise.resolve();
    const failures = { report: nothing };
    const verifier = { verify: () => Promise.reject(new Error('nobody renews a userSig here')) };
    const groups = new GroupVerifier({ callback: null, calls: this.#service, clock });
    this.#dispatch = new CommandDispatcher({
      calls: this.#service,
      verifier,
      media,
      failures,
      quality: { save: () => Promise.resolve() },
      pushTargets: { register: nothing, remove: nothing, extend: nothing },
      clock,
      groups,
    });
  }

  initial(): ServerState {
    return {
      contents: { ...EMPTY_STORE, blocked: this.#blocked },
      up: true,
      connected: this.#actors.map(() => false),
      leaving: this.#actors.map(() => null),
    };
  }

  /** A command arrives and is acknowledged. */
  takes(state: ServerState, from: number, command: Command, now: number): Promise<ServerMoved> {
    return this.#move(state, now, async () => {
      const answer = await this.#answer(from, command);
      this.#out.push({ to: from, down: { type: 'answer', id: command.id, answer } });
    });
  }

  connects(state: ServerState, device: number, now: number): Promise<ServerMoved> {
    return this.#move(state, now, async () => {
      const { userId, sessionId } = this.#actor(device);
      this.#state = {
        ...this.#state,
        connected: this.#state.connected.with(device, true),
        leaving: this.#state.leaving.with(device, null),
      };
      this.#send(device, {
        type: 'welcome',
        userId,
        sessionId,
        nickname: '',
        avatar: '',
        serverNow: this.#now,
        userSigExpiresInMs: FAR_OFF,
        mediaUrl: 'wss://media.test',
        vapidKey: '',
      });
      await this.#service.presenceChanged(userId, sessionId);
    });
  }

  disconnects(state: ServerState, device: number, now: number): Promise<ServerMoved> {
    return this.#move(state, now, async () => {
      const { userId, sessionId } = this.#actor(device);
      const connected = this.#state.connected.with(device, false);
      this.#state = { ...this.#state, connected };
      await this.#service.presenceChanged(userId, sessionId);
    });
  }

  /** The beacon of a closing page. */
  receivesLeaveBeacon(state: ServerState, device: number, now: number): Promise<ServerMoved> {
    return this.#move(state, now, async () => {
      const { userId, sessionId } = this.#actor(device);
      const leaving = this.#state.leaving.with(device, this.#now);
      this.#state = { ...this.#state, leaving };
      await this.#service.presenceChanged(userId, sessionId);
    });
  }

  /** kill -9: only stored data remains. */
  killed(state: ServerState): ServerState {
    const { contents } = state;
    return { ...this.initial(), contents, up: false };
  }

  starts(state: ServerState, now: number): Promise<ServerMoved> {
    return this.#move({ ...state, up: true }, now, async () => {
      await this.#service.resume();
    });
  }

  /** Runs the due jobs. */
  works(state: ServerState, now: number): Promise<ServerMoved> {
    return this.#move(state, now, async () => {
      const jobs = await this.#store.transaction((tx) =>
        tx.claimJobs(this.#now, this.#now + LEASE_MS),
      );
      for (const job of jobs) {
        const call = state.contents.calls.find(({ callId }) => callId === job.subject);
        if (job.kind === 'call-due' && call) await this.#service.applyDueDeadlines(call.callId);
        await this.#store.transaction((tx) => tx.finishJob(job));
      }
    });
  }

  hasWork({ contents, up }: ServerState, now: number): boolean {
    const isDue = (job: StoreContents['jobs'][number]) => job.dueAt <= now + SERVER_START;
    return up && contents.jobs.some((job) => job.kind === 'call-due' && isDue(job));
  }

  /** What a sync of this device would return now. */
  viewsOf({ contents }: ServerState, device: number, now: number): readonly CallView[] {
    const actor = this.#actor(device);
    return contents.calls
      .filter((call) => participationOf(call, actor.userId) !== null)
      .map((call) => callView(call, actor, now + SERVER_START));
  }

  async #move(state: ServerState, now: number, work: () => Promise<void>): Promise<ServerMoved> {
    this.#state = state;
    this.#store.contents = state.contents;
    this.#now = SERVER_START + now;
    this.#ids = 0;
    this.#out = [];
    await work();
    const leaving = this.#state.leaving.map((at) =>
      at !== null && this.#now - at > LEAVE_BEACON_VALID_MS ? null : at,
    );
    const server = { ...this.#state, leaving, contents: this.#store.contents };
    return { server, out: this.#out };
  }

  async #answer(from: number, command: Command): Promise<Answer> {
    try {
      return await this.#dispatch.answer(command, this.#session(from));
    } catch (error) {
      const shape = toErrorShape(error);
      must(shape.name !== 'internal-error', `${command.type} failed: ${String(error)}`);
      return { ok: false, error: shape };
    }
  }

  #session(device: number): Session {
    const { userId, sessionId } = this.#actor(device);
    const identity = { userId, expiresAt: FAR_OFF * 10, name: null, avatar: null, groups: [] };
    const profile = { nickname: '', avatar: '' };
    return { userId, sessionId, identity, profile, canAnswer: true };
  }

  #sessionsOf(userId: UserId) {
    return this.#actors.flatMap((actor, device) => {
      if (actor.userId !== userId || this.#state.connected[device] !== true) return [];
      const send = (message: ServerMessage) => this.#send(device, message);
      const { sessionId } = actor;
      return [
        {
          userId,
          sessionId,
          hasLapsed: false,
          canAnswer: true,
          send,
          setProfile: (profile: Profile) => profile,
          kick: () => undefined,
        },
      ];
    });
  }

  #send(to: number, down: Down): void {
    this.#out.push({ to, down });
  }

  #reach(userId: UserId, sessionId: SessionId) {
    const device = this.#actors.findIndex((one) => one.sessionId === sessionId);
    must(this.#actors[device]?.userId === userId, `no session ${sessionId} of ${userId}`);
    const leftAt = this.#state.leaving[device] ?? null;
    return {
      signalling: this.#state.connected[device] === true,
      leaving: leftAt !== null && this.#now - leftAt <= LEAVE_BEACON_VALID_MS,
      media: 'unknown' as const,
    };
  }

  #actor(device: number): Actor {
    const actor = this.#actors[device];
    if (actor === undefined) throw new Error(`no device ${device}`);
    return actor;
  }

  /** The same in every history: the id of a call is the number of calls before it. */
  #randomId(): string {
    this.#ids += 1;
    return `id-${this.#store.contents.calls.length}-${this.#ids}`.padEnd(16, '-');
  }
}

/** I4: only the session that the server selected enters the room, whatever command requests it. */
async function admitted(
  call: Call,
  { userId, sessionId }: { userId: UserId; sessionId: SessionId },
) {
  const part = call.members.find((one) => one.userId === userId);
  must(call.status !== 'ended', 'a media token for a call that has ended');
  must(part?.status === 'joined', `a media token for ${userId}, who is not in the call`);
  must(part.sessionId === sessionId, `a media token for another session of ${userId}`);
  return { url: 'wss://media.test', token: `${sessionId} ${call.roomName}` };
}
