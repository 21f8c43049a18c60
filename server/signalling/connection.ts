import type {
  Answer,
  Command,
  CommandType,
  KickReason,
  ServerMessage,
} from '../../src/protocol/index.ts';
import type { LiveCalls } from '../calls/live-calls.ts';
import type { Clock } from '../shared/clock.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../shared/log.ts';
import type { Profile } from '../auth/profile.ts';
import { CommandError, toErrorShape } from '../shared/command-error.ts';
import { decodeCommand } from './command-schema.ts';
import type { CommandDispatcher } from './command-dispatcher.ts';
import { errorAnswer } from './command-dispatcher.ts';
import { MAX_BUFFERED_BYTES } from './flood-guard.ts';
import type { ConnectedSession } from './hub.ts';
import { RENEWAL_GRACE_MS, userSigStatus } from './user-sig-status.ts';
import { TokenBucket } from '../limits/rate-limit.ts';
import type { RateLimit } from '../limits/rate-limit.ts';
import { effectiveProfile } from './session.ts';
import type { Session } from './session.ts';

/** What a connection needs of its socket. */
export interface Transport {
  emit(message: ServerMessage): void;
  /** Bytes that wait to be written. */
  backlog(): number;
  /** Closes after pending messages are sent. */
  close(): void;
  /** Closes immediately. */
  terminate(): void;
}

export interface ConnectionDependencies {
  readonly dispatch: Pick<CommandDispatcher, 'answer'>;
  readonly live: Pick<LiveCalls, 'hasSeat'>;
  /** By user id. */
  readonly broadcasts: Pick<RateLimit, 'take'>;
  readonly clock: Clock;
  readonly config: Config;
  readonly log: Log;
  readonly onAnswered: (type: string, outcome: string, tookMs: number) => void;
}

/** The connection is closed after this many consecutive refusals. */
const MAX_OVER_LIMIT = 200;
/** Commands that are published to every session of every member of a call, as often as a client likes. */
const BROADCAST_COMMANDS: ReadonlySet<string> = new Set<CommandType>([
  'set-self-info',
  'switch-media-type',
  'hold',
  'join',
  'join-group',
]);
const EXPIRY_NOTICE_MS = 5 * 60_000;

/** One connection of one session: decodes, limits and acknowledges commands; observes the expiry of the userSig. Ends with closed(). */
export class SessionConnection implements ConnectedSession {
  readonly userId;
  readonly sessionId;
  readonly #session: Session;
  readonly #transport: Transport;
  readonly #dependencies: ConnectionDependencies;
  readonly #bucket: TokenBucket;
  #overLimit = 0;
  /** Commands without an acknowledgement yet. */
  #answering = 0;
  #cancelExpiry: () => void = () => undefined;

  constructor(session: Session, transport: Transport, dependencies: ConnectionDependencies) {
    this.userId = session.userId;
    this.sessionId = session.sessionId;
    this.#session = session;
    this.#transport = transport;
    this.#dependencies = dependencies;
    const { commandBurst, commandsPerSecond } = dependencies.config.rates;
    this.#bucket = new TokenBucket(dependencies.clock, commandBurst, commandsPerSecond);
  }

  welcome(): void {
    const { clock, config } = this.#dependencies;
    const { userId, sessionId, profile, identity } = this.#session;
    this.send({
      type: 'welcome',
      userId,
      sessionId,
      ...profile,
      serverNow: clock.now(),
      userSigExpiresInMs: identity.expiresAt - clock.wall(),
      mediaUrl: config.livekit.publicUrl,
      vapidKey: config.push.vapid?.publicKey ?? '',
    });
    this.#watchExpiry();
  }

  get hasLapsed(): boolean {
    return userSigStatus(this.#session.identity, this.#dependencies.clock.wall()) === 'lapsed';
  }

  get canAnswer(): boolean {
    return this.#session.canAnswer;
  }

  setProfile(profile: Profile): Profile {
    this.#session.profile = effectiveProfile(this.#session.identity, profile);
    return this.#session.profile;
  }

  send(message: ServerMessage): void {
    if (this.#canWrite()) this.#transport.emit(message);
    if (message.type === 'call-changed') this.#endIfLapsed();
  }

  kick(reason: KickReason): void {
    this.send({ type: 'kicked-offline', reason });
    this.#transport.close();
  }

  closed(): void {
    this.#cancelExpiry();
  }

  /** Handles one command and calls `acknowledge` with its result. */
  async receive(payload: unknown, acknowledge: unknown): Promise<void> {
    const { clock, log, onAnswered } = this.#dependencies;
    const startedAt = clock.now();
    this.#answering += 1;
    let type = 'unknown';
    let answer: Answer;
    try {
      this.#enforceRate();
      const command = decodeCommand(payload);
      type = command.type;
      if (BROADCAST_COMMANDS.has(type)) {
        const taken = this.#dependencies.broadcasts.take(this.userId);
        // Without an await where the limit is in memory, so that commands keep their order.
        if (taken !== true && !(await taken)) throw new CommandError('rate-limited');
      }
      answer = await this.#dependencies.dispatch.answer(command, this.#session);
      this.#onExecuted(command);
    } catch (error) {
      if (!(error instanceof CommandError)) log.error({ err: error, type }, 'command failed');
      answer = errorAnswer(toErrorShape(error));
    }
    onAnswered(type, answer.ok ? 'ok' : answer.error.name, clock.now() - startedAt);
    if (isAcknowledgement(acknowledge) && this.#canWrite()) acknowledge(answer);
    this.#answering -= 1;
    this.#endIfLapsed();
  }

  #canWrite(): boolean {
    if (this.#transport.backlog() <= MAX_BUFFERED_BYTES) return true;
    this.#transport.terminate();
    return false;
  }

  #enforceRate(): void {
    if (this.#bucket.take()) {
      this.#overLimit = 0;
      return;
    }
    this.#overLimit += 1;
    if (this.#overLimit > MAX_OVER_LIMIT) this.#transport.terminate();
    throw new CommandError('rate-limited');
  }

  #onExecuted(command: Command): void {
    if (command.type === 'renew-user-sig') this.#watchExpiry();
  }

  /** Notifies five minutes before the expiry, and at the expiry. The session ends later. */
  #watchExpiry(): void {
    this.#whenLeft(EXPIRY_NOTICE_MS, (left) => {
      this.send({ type: 'user-sig-expiring', inMs: Math.max(0, left) });
      this.#whenLeft(0, () => {
        this.send({ type: 'user-sig-expired' });
        this.#whenLeft(-RENEWAL_GRACE_MS, () => this.#endIfLapsed());
      });
    });
  }

  /** Calls back when at most `ms` remain until the expiry (negative: after it), even if the machine's clock is changed. */
  #whenLeft(ms: number, act: (left: number) => void): void {
    this.#cancelExpiry();
    const { clock } = this.#dependencies;
    const left = () => this.#session.identity.expiresAt - clock.wall();
    this.#cancelExpiry = clock.after(Math.max(0, left() - ms), () =>
      left() > ms ? this.#whenLeft(ms, act) : act(left()),
    );
  }

  /** Closes a lapsed connection once no command is in progress. The client reconnects and learns the reason from the refusal. */
  #endIfLapsed(): void {
    if (this.#answering > 0 || !this.hasLapsed) return;
    if (!this.#dependencies.live.hasSeat(this)) this.#transport.close();
  }
}

/** Socket.IO passes a function if the client expects an acknowledgement; anything else is client data. */
function isAcknowledgement(value: unknown): value is (answer: Answer) => void {
  return typeof value === 'function';
}
