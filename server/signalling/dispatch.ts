import { errorShape } from '../../src/protocol/index.ts';
import type {
  Answer,
  Command,
  CommandOf,
  CommandType,
  ErrorShape,
  MediaAccess,
  Results,
} from '../../src/protocol/index.ts';
import type { UserVerifier } from '../auth/verify-user.ts';
import type { CallService } from '../calls/call-service.ts';
import type { CallingCommand } from '../calls/decide.ts';
import { hasSeat, isTalking, memberOf } from '../calls/call.ts';
import type { Call } from '../calls/call.ts';
import { callView } from '../calls/call-view.ts';
import type { Clock } from '../clock.ts';
import type { GroupProof } from '../groups/group-proof.ts';
import type { MediaDoor } from '../media/media-door.ts';
import { Refusal } from '../refusal.ts';
import { standingOf } from './lapse.ts';
import { actorOf, shownAs } from './session.ts';
import type { Session } from './session.ts';

export interface DispatchParts {
  readonly calls: CallService;
  readonly verifier: Pick<UserVerifier, 'verify'>;
  readonly media: Pick<MediaDoor, 'access' | 'openAccess'>;
  readonly groups: GroupProof;
  readonly clock: Clock;
}

/** What one may do with a userSig that has ended: nothing that begins something. */
const WITHOUT_USER_SIG: ReadonlySet<CommandType> = new Set([
  'renew-user-sig',
  'hangup',
  'reject',
  'cancel',
  'sync',
  'alerted',
]);

type Result = Results[CommandType];

/** Command → what answers it. Decides nothing about calls. */
export class Dispatch {
  readonly #parts: DispatchParts;
  /** What each session has asked for calls and was not answered yet; settles, never fails. */
  readonly #acting = new WeakMap<Session, Promise<unknown>>();

  constructor(parts: DispatchParts) {
    this.#parts = parts;
  }

  /** @throws {Refusal} */
  async answer(command: Command, session: Session): Promise<Answer> {
    if (!(await this.#may(command, session))) throw new Refusal('user-sig-expired');
    return { ok: true, ...(await this.#result(command, session)) };
  }

  async #may(command: Command, session: Session): Promise<boolean> {
    const standing = standingOf(session.identity, this.#parts.clock.wall());
    if (standing === 'valid') return true;
    if (standing === 'expired') return WITHOUT_USER_SIG.has(command.type);
    if (command.type !== 'hangup') return command.type === 'renew-user-sig';
    return hasSeat(await this.#parts.calls.call(command.callId, session.userId), session);
  }

  async #result(command: Command, session: Session): Promise<Result> {
    switch (command.type) {
      case 'accept':
      case 'hold':
      case 'join':
      case 'join-group': {
        const call = found(await this.#act(command, session));
        return { call: this.#view(call, session), media: await this.#mediaIfJoined(call, session) };
      }
      case 'call':
      case 'reject':
      case 'hangup':
      case 'invite':
      case 'switch-media-type':
      case 'alerted':
        return { call: this.#view(found(await this.#act(command, session)), session) };
      case 'cancel': {
        const call = await this.#act(command, session);
        return { call: call === null ? null : this.#view(call, session) };
      }
      case 'media-access':
        return { media: await this.#mediaAccess(command, session) };
      case 'sync':
        return this.#sync(command, session);
      case 'recent-calls':
        // Who has just hung up looks for that call in the list.
        await this.#acting.get(session);
        return this.#parts.calls.recentCalls(command, session.userId);
      case 'delete-recent-calls':
        await this.#parts.calls.deleteRecentCalls(command.callIds, session.userId);
        return {};
      case 'renew-user-sig':
        return this.#renew(command, session);
      case 'set-self-info':
        return this.#setSelfInfo(command, session);
    }
  }

  /** What has to be proven of groups is, before the transaction begins. */
  #act(command: CallingCommand, session: Session): Promise<Call | null> {
    const { calls, groups } = this.#parts;
    const acting = groups.proven(command, actorOf(session), (actor) =>
      calls.command(command, actor),
    );
    this.#acting.set(session, Promise.allSettled([this.#acting.get(session), acting]));
    return acting;
  }

  #view(call: Call, session: Session) {
    return callView(call, session, this.#parts.clock.now());
  }

  async #mediaIfJoined(call: Call, session: Session): Promise<MediaAccess | null> {
    return isSeatOf(call, session) ? this.#parts.media.access(call, session) : null;
  }

  async #mediaAccess({ callId }: CommandOf<'media-access'>, session: Session) {
    const call = await this.#parts.calls.call(callId, session.userId);
    if (!isSeatOf(call, session)) {
      throw new Refusal('wrong-state', 'This session is not the one in the call.');
    }
    return this.#parts.media.openAccess(call, session);
  }

  async #sync(command: CommandOf<'sync'>, session: Session): Promise<Results['sync']> {
    const { calls, ...rest } = await this.#parts.calls.sync(command, actorOf(session));
    return { calls: calls.map((call) => this.#view(call, session)), ...rest };
  }

  async #renew({ userSig }: CommandOf<'renew-user-sig'>, session: Session) {
    const identity = await this.#parts.verifier.verify(userSig, session.userId);
    session.identity = identity;
    await this.#show(session, shownAs(identity, session.profile));
    return { userSigExpiresInMs: identity.expiresAt - this.#parts.clock.wall() };
  }

  async #setSelfInfo({ nickname, avatar }: CommandOf<'set-self-info'>, session: Session) {
    await this.#show(session, shownAs(session.identity, { nickname, avatar }));
    return session.profile;
  }

  async #show(session: Session, profile: Session['profile']): Promise<void> {
    const { nickname, avatar } = session.profile;
    if (profile.nickname === nickname && profile.avatar === avatar) return;
    await this.#parts.calls.saveProfile(session.userId, profile);
    session.profile = profile;
  }
}

/** Only the session that is in the call is let into its room. */
function isSeatOf(call: Call, { userId, sessionId }: Session): boolean {
  const part = memberOf(call, userId);
  return isTalking(part) && part.sessionId === sessionId;
}

function found(call: Call | null): Call {
  if (call === null) throw new Refusal('call-not-found');
  return call;
}

export function failed(error: ErrorShape = errorShape('internal-error')): Answer {
  return { ok: false, error };
}
