import type {
  Answer,
  Command,
  CommandType,
  KickReason,
  ServerMessage,
} from '../../src/protocol/index.ts';
import type { LiveCalls } from '../calls/live-calls.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Log } from '../log.ts';
import { Refusal, toErrorShape } from '../refusal.ts';
import { decodeCommand } from './command-schema.ts';
import type { Dispatch } from './dispatch.ts';
import { failed } from './dispatch.ts';
import { MOST_WAITING_BYTES } from './flood-guard.ts';
import type { Connection } from './hub.ts';
import { LAPSES_AFTER_MS, standingOf } from './lapse.ts';
import { TokenBucket } from './rate-limit.ts';
import type { Session } from './session.ts';

/** What a connection needs of its socket. */
export interface Wire {
  emit(message: ServerMessage): void;
  /** Bytes that wait to be written. */
  backlog(): number;
  /** Ends it after what was said. */
  close(): void;
  /** Ends it at once. */
  cutOff(): void;
}

export interface ConnectionParts {
  readonly dispatch: Pick<Dispatch, 'answer'>;
  readonly live: Pick<LiveCalls, 'hasSeat'>;
  readonly clock: Clock;
  readonly config: Config;
  readonly log: Log;
  readonly onAnswered: (type: string, outcome: string, tookMs: number) => void;
}

/** Whoever goes on after so many refusals in a row is no page of ours. */
const MOST_OVER_LIMIT = 200;
/** One of these is told to every session of every member of a call: it counts as so many more. */
const TOLD_TO_ALL: ReadonlySet<string> = new Set<CommandType>([
  'set-self-info',
  'switch-media-type',
  'hold',
]);
const TOLD_TO_ALL_COSTS = 9;
const EXPIRY_NOTICE_MS = 5 * 60_000;

/** One socket of one session: decodes, limits, answers; watches its userSig's end. Ends with closed(). */
export class SessionConnection implements Connection {
  readonly userId;
  readonly sessionId;
  readonly #session: Session;
  readonly #wire: Wire;
  readonly #parts: ConnectionParts;
  readonly #bucket: TokenBucket;
  #overLimit = 0;
  /** Commands that were not answered yet. */
  #answering = 0;
  #cancelExpiry: () => void = () => undefined;

  constructor(session: Session, wire: Wire, parts: ConnectionParts) {
    this.userId = session.userId;
    this.sessionId = session.sessionId;
    this.#session = session;
    this.#wire = wire;
    this.#parts = parts;
    const { commandBurst, commandsPerSecond } = parts.config.rates;
    this.#bucket = new TokenBucket(parts.clock, commandBurst, commandsPerSecond);
  }

  welcome(): void {
    const { clock, config } = this.#parts;
    const { userId, sessionId, profile, identity } = this.#session;
    this.send({
      type: 'welcome',
      userId,
      sessionId,
      ...profile,
      serverNow: clock.now(),
      userSigExpiresInMs: identity.expiresAt - clock.wall(),
      mediaUrl: config.livekit.publicUrl,
    });
    this.#watchExpiry();
  }

  get hasLapsed(): boolean {
    return standingOf(this.#session.identity, this.#parts.clock.wall()) === 'lapsed';
  }

  send(message: ServerMessage): void {
    if (this.#reads()) this.#wire.emit(message);
    if (message.type === 'call-changed') this.#endIfLapsed();
  }

  kick(reason: KickReason): void {
    this.send({ type: 'kicked-offline', reason });
    this.#wire.close();
  }

  closed(): void {
    this.#cancelExpiry();
  }

  /** One command, as it came; answers through `acknowledge`. */
  async receive(payload: unknown, acknowledge: unknown): Promise<void> {
    const { clock, log, onAnswered } = this.#parts;
    const startedAt = clock.now();
    this.#answering += 1;
    let type = 'unknown';
    let answer: Answer;
    try {
      this.#limit();
      const command = decodeCommand(payload);
      type = command.type;
      if (TOLD_TO_ALL.has(type) && !this.#bucket.take(TOLD_TO_ALL_COSTS)) {
        throw new Refusal('rate-limited');
      }
      answer = await this.#parts.dispatch.answer(command, this.#session);
      this.#afterwards(command);
    } catch (error) {
      if (!(error instanceof Refusal)) log.error({ err: error, type }, 'a command failed');
      answer = failed(toErrorShape(error));
    }
    onAnswered(type, answer.ok ? 'ok' : answer.error.name, clock.now() - startedAt);
    if (isAcknowledgement(acknowledge) && this.#reads()) acknowledge(answer);
    this.#answering -= 1;
    this.#endIfLapsed();
  }

  #reads(): boolean {
    if (this.#wire.backlog() <= MOST_WAITING_BYTES) return true;
    this.#wire.cutOff();
    return false;
  }

  #limit(): void {
    if (this.#bucket.take()) {
      this.#overLimit = 0;
      return;
    }
    this.#overLimit += 1;
    if (this.#overLimit > MOST_OVER_LIMIT) this.#wire.cutOff();
    throw new Refusal('rate-limited');
  }

  #afterwards(command: Command): void {
    if (command.type === 'renew-user-sig') this.#watchExpiry();
  }

  /** Told five minutes before the end (or at once), and at the end. The session ends later. */
  #watchExpiry(): void {
    this.#whenLeft(EXPIRY_NOTICE_MS, (left) => {
      this.send({ type: 'user-sig-expiring', inMs: Math.max(0, left) });
      this.#whenLeft(0, () => {
        this.send({ type: 'user-sig-expired' });
        this.#whenLeft(-LAPSES_AFTER_MS, () => this.#endIfLapsed());
      });
    });
  }

  /** Once the userSig has no more than this to last, or ended so long ago. The machine's clock may be set meanwhile. */
  #whenLeft(ms: number, act: (left: number) => void): void {
    this.#cancelExpiry();
    const { clock } = this.#parts;
    const left = () => this.#session.identity.expiresAt - clock.wall();
    this.#cancelExpiry = clock.after(Math.max(0, left() - ms), () =>
      left() > ms ? this.#whenLeft(ms, act) : act(left()),
    );
  }

  /** The client comes back by itself, and is refused: so it knows why. Not before a running command is answered. */
  #endIfLapsed(): void {
    if (this.#answering > 0 || !this.hasLapsed) return;
    if (!this.#parts.live.hasSeat(this)) this.#wire.close();
  }
}

/** socket.io makes it when the client asks for an answer; anything else came from the client. */
function isAcknowledgement(value: unknown): value is (answer: Answer) => void {
  return typeof value === 'function';
}
