import { SignJWT } from 'jose';
import { createServices, type Services } from '../../../../server/composition-root.ts';
import type { Config } from '../../../../server/config/config.ts';
import { resume, markLeaving } from '../../../../server/create-server.ts';
import { kick } from '../../../../server/server-api.ts';
import type { Identity, UserVerifier } from '../../../../server/auth/verify-user.ts';
import { createLog } from '../../../../server/shared/log.ts';
import { toErrorShape } from '../../../../server/shared/command-error.ts';
import { admit } from '../../../../server/signalling/admission.ts';
import {
  NO_PRESENCE_LISTENER,
  SessionLifecycle,
} from '../../../../server/signalling/session-lifecycle.ts';
import type { SessionConnection } from '../../../../server/signalling/connection.ts';
import type { Session } from '../../../../server/signalling/session.ts';
import type { PushStore } from '../../../../server/push/push-store.ts';
import type { FakeMediaServer } from '../../../../server/testing/fake-media-server.ts';
import { SECRET } from '../../../../server/testing/test-server.ts';
import type { CallId, Handshake, LeaveBeacon, UserId } from '../../../../src/protocol/index.ts';
import { parseSessionId } from '../../../../src/protocol/index.ts';
import type { Link, ServerEnd, Up } from './link.ts';
import type { StoppableClock } from './virtual-time.ts';

export interface ProcessParts {
  readonly config: Config;
  readonly store: PushStore;
  readonly clock: StoppableClock;
  readonly media: FakeMediaServer;
  readonly randomId: () => string;
  /** Stops the world from continuing while the server works on a command. */
  readonly working: (work: Promise<unknown>) => void;
}

/** One connection from the server's view. */
class Line implements ServerEnd {
  /** Set on admission. */
  connection: SessionConnection | null = null;
  readonly #left: (connection: SessionConnection) => void;

  constructor(left: (connection: SessionConnection) => void) {
    this.#left = left;
  }

  gone(): void {
    if (this.connection !== null) this.#left(this.connection);
  }
}

/**
 * The call server as one process: all its production parts between the sockets and the store,
 * on its own clock. `kill()` ends it; only the stored data remains.
 */
export class ServerProcess {
  readonly #parts: Services;
  readonly #verifier: KnownSigs;
  readonly #arrivals: SessionLifecycle;
  readonly #clock: StoppableClock;
  readonly #working: ProcessParts['working'];
  readonly #lines = new Map<Link, Line>();
  alive = true;

  constructor({ config, store, clock, media, randomId, working }: ProcessParts) {
    const log = createLog('silent');
    this.#clock = clock;
    this.#working = working;
    this.#parts = createServices({ config, clock, randomId, log, media }, store);
    this.#verifier = new KnownSigs(this.#parts.verifier, clock);
    this.#arrivals = new SessionLifecycle({
      ...this.#parts,
      onAnswered: () => undefined,
      presence: NO_PRESENCE_LISTENER,
    });
  }

  start(): Promise<void> {
    return resume(this.#parts);
  }

  kill(): void {
    this.alive = false;
    this.#clock.stop();
    this.#lines.clear();
  }

  /** Receives a message of a device. */
  takes(link: Link, up: Up, answered: (raw: unknown) => void): void {
    if (up.type === 'hello') this.#working(this.#admit(link, up.handshake));
    else if (up.type === 'beacon') this.#working(this.#onLeaveBeacon(up.body));
    else {
      const { attempt, command } = up;
      const deliver = (raw: unknown): void => {
        answered(raw);
        link.deliver({ type: 'answer', attempt, raw });
      };
      this.#working(this.execute(link, command, deliver));
    }
  }

  /** Handles a command as if it arrived on this connection. */
  async execute(link: Link, command: unknown, answered: (raw: unknown) => void): Promise<void> {
    const line = this.#lines.get(link);
    await line?.connection?.receive(command, (raw: unknown) => {
      // A process that has died meanwhile sends nothing any more, nor does a broken connection.
      if (this.alive && link.isOf(line)) answered(raw);
    });
  }

  async endCall(callId: CallId): Promise<void> {
    await this.#parts.calls.end(callId);
  }

  async remove(callId: CallId, userId: UserId): Promise<void> {
    await this.#parts.calls.remove(callId, userId);
  }

  async block(userId: UserId, otherId: UserId, on: boolean): Promise<void> {
    await this.#parts.blocked.set(userId, otherId, on);
  }

  async kick(userId: UserId): Promise<void> {
    await kick(this.#parts, userId);
  }

  /** LiveKit reports an event in this room, early, late or twice. */
  async hint(callId: CallId): Promise<void> {
    await this.#parts.reconciler.reconcile(callId);
  }

  async #admit(link: Link, handshake: Handshake): Promise<void> {
    try {
      const session = await admit(
        { auth: handshake, origin: undefined },
        { ...this.#parts, verifier: this.#verifier },
      );
      if (!this.alive) return;
      this.#letIn(link, session);
    } catch (error) {
      if (this.alive) link.deliver({ type: 'refused', data: toErrorShape(error) });
    }
  }

  #letIn(link: Link, session: Session): void {
    const line = new Line((connection) => this.#left(link, line, connection));
    this.#lines.set(link, line);
    link.letIn(line);
    line.connection = this.#arrivals.connected(session, {
      emit: (frame) => {
        if (this.alive && link.isOf(line)) link.deliver({ type: 'message', frame });
      },
      backlog: () => 0,
      close: () => link.closedByServer(line),
      terminate: () => link.closedByServer(line),
    });
  }

  #left(link: Link, line: Line, connection: SessionConnection): void {
    if (!this.alive) return;
    if (this.#lines.get(link) === line) this.#lines.delete(link);
    this.#arrivals.disconnected(connection);
  }

  async #onLeaveBeacon({ userId, userSig, sessionId: id }: LeaveBeacon): Promise<void> {
    await this.#verifier.verify(userSig, userId);
    const sessionId = parseSessionId(id);
    if (sessionId !== null && this.alive) await markLeaving(this.#parts, userId, sessionId);
  }
}

/** Accepts a userSig verified before, until it expires: the verification is the slowest part of a sequence. */
class KnownSigs implements Pick<UserVerifier, 'verify'> {
  static readonly #known = new Map<string, Identity>();
  readonly #verifier: UserVerifier;
  readonly #clock: StoppableClock;

  constructor(verifier: UserVerifier, clock: StoppableClock) {
    this.#verifier = verifier;
    this.#clock = clock;
  }

  async verify(userSig: unknown, expected: UserId): Promise<Identity> {
    const known = KnownSigs.#known.get(String(userSig));
    if (known?.userId === expected && known.expiresAt > this.#clock.wall()) return known;
    const identity = await this.#verifier.verify(userSig, expected);
    KnownSigs.#known.set(String(userSig), identity);
    return identity;
  }
}

const SIGNED = new Map<string, string>();

/** A userSig of virtual time, as a customer’s back end makes it. Reused for some time. */
export async function signed(
  userId: UserId,
  groups: readonly string[],
  now: number,
  lifetimeMs: number,
): Promise<string> {
  const from = now - (now % RENEWAL_INTERVAL_MS);
  const known = SIGNED.get(`${userId} ${from}`);
  if (known !== undefined) return known;
  const userSig = await new SignJWT({ groups })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(userId)
    .setAudience('tui-call')
    .setIssuedAt(Math.floor(from / 1000))
    .setExpirationTime(Math.floor((from + lifetimeMs) / 1000))
    .sign(new TextEncoder().encode(SECRET));
  SIGNED.set(`${userId} ${from}`, userSig);
  return userSig;
}

const RENEWAL_INTERVAL_MS = 50_000;
