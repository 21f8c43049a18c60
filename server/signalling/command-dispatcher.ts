import { errorShape } from '../../src/protocol/index.ts';
import type {
  Answer,
  CallId,
  CallView,
  Command,
  CommandOf,
  CommandType,
  ErrorShape,
  MediaAccess,
  Results,
} from '../../src/protocol/index.ts';
import type { UserVerifier } from '../auth/verify-user.ts';
import type { CallService } from '../calls/call-service.ts';
import type { CallScopedCommand } from '../calls/command-executor.ts';
import { hasSeat, isTalking, memberOf } from '../calls/model/call.ts';
import type { Call } from '../calls/model/call.ts';
import { callView } from '../calls/call-view.ts';
import type { QualityReports } from '../calls/quality-reports.ts';
import type { Clock } from '../shared/clock.ts';
import type { GroupVerifier } from '../groups/group-verifier.ts';
import type { MediaAccessService } from '../media/media-access-service.ts';
import type { MediaFailures } from '../media/media-failures.ts';
import type { PushTargets, Registrant } from '../push/push-targets.ts';
import { CommandError } from '../shared/command-error.ts';
import { userSigStatus } from './user-sig-status.ts';
import { actorOf, effectiveProfile } from './session.ts';
import type { Session } from './session.ts';

export interface DispatcherDependencies {
  readonly calls: CallService;
  readonly verifier: Pick<UserVerifier, 'verify'>;
  readonly media: Pick<MediaAccessService, 'issueEarly' | 'issue'>;
  readonly failures: Pick<MediaFailures, 'report'>;
  readonly quality: Pick<QualityReports, 'save'>;
  readonly groups: GroupVerifier;
  readonly pushTargets: Pick<PushTargets, 'register' | 'remove' | 'extend'>;
  readonly clock: Clock;
}

/** Commands allowed with an expired userSig: none that starts anything. */
const ALLOWED_WITH_EXPIRED_SIG: ReadonlySet<CommandType> = new Set([
  'renew-user-sig',
  'hangup',
  'reject',
  'cancel',
  'sync',
  'alerted',
  'set-push-target',
]);

type Result = Results[CommandType];

/** Passes each command to the service that executes it. Contains no call rules. */
export class CommandDispatcher {
  readonly #dependencies: DispatcherDependencies;
  /** Call commands in progress, by session; the promises never reject. */
  readonly #pending = new WeakMap<Session, Promise<unknown>>();

  constructor(dependencies: DispatcherDependencies) {
    this.#dependencies = dependencies;
  }

  /** @throws {CommandError} */
  async answer(command: Command, session: Session): Promise<Answer> {
    if (!(await this.#may(command, session))) throw new CommandError('user-sig-expired');
    return { ok: true, ...(await this.#result(command, session)) };
  }

  async #may(command: Command, session: Session): Promise<boolean> {
    const sigStatus = userSigStatus(session.identity, this.#dependencies.clock.wall());
    if (sigStatus === 'valid') return true;
    if (sigStatus === 'expired') return ALLOWED_WITH_EXPIRED_SIG.has(command.type);
    if (command.type !== 'hangup') return command.type === 'renew-user-sig';
    return hasSeat(await this.#dependencies.calls.call(command.callId, session.userId), session);
  }

  async #result(command: Command, session: Session): Promise<Result> {
    switch (command.type) {
      case 'accept':
      case 'hold':
      case 'join':
      case 'join-group': {
        const call = requireCall(await this.#executeCommand(command, session));
        return { call: this.#view(call, session), media: await this.#mediaIfJoined(call, session) };
      }
      case 'call':
      case 'reject':
      case 'hangup':
      case 'invite':
      case 'switch-media-type':
      case 'alerted':
        if (command.type === 'alerted') session.canAnswer = command.canAnswer !== false;
        return { call: await this.#changedCall(command, session) };
      case 'cancel':
        return this.#cancel(command, session);
      case 'media-access':
        return { media: await this.#mediaAccess(command, session) };
      case 'media-failed':
        return this.#reportFailure(command, session);
      case 'report-quality':
        return this.#reportQuality(command, session);
      case 'sync':
        return this.#sync(command, session);
      case 'recent-calls':
        return this.#recentCalls(command, session);
      case 'delete-recent-calls':
        return this.#deleteRecentCalls(command, session);
      case 'renew-user-sig':
        return this.#renew(command, session);
      case 'set-self-info':
        return this.#setSelfInfo(command, session);
      case 'set-push-target':
        return this.#setPushTarget(command, session);
    }
  }

  async #changedCall(command: CallScopedCommand, session: Session): Promise<CallView> {
    return this.#view(requireCall(await this.#executeCommand(command, session)), session);
  }

  async #cancel(command: CommandOf<'cancel'>, session: Session): Promise<Results['cancel']> {
    const call = await this.#executeCommand(command, session);
    return { call: call === null ? null : this.#view(call, session) };
  }

  /** Verifies group membership before the transaction begins. */
  #executeCommand(command: CallScopedCommand, session: Session): Promise<Call | null> {
    const { calls, groups } = this.#dependencies;
    const result = groups.withVerifiedGroups(command, actorOf(session), (actor) =>
      calls.command(command, actor),
    );
    this.#pending.set(session, Promise.allSettled([this.#pending.get(session), result]));
    return result;
  }

  #view(call: Call, session: Session) {
    return callView(call, session, this.#dependencies.clock.now());
  }

  async #mediaIfJoined(call: Call, session: Session): Promise<MediaAccess | null> {
    return isJoinedSession(call, session)
      ? this.#dependencies.media.issueEarly(call, session)
      : null;
  }

  async #mediaAccess(command: CommandOf<'media-access'>, session: Session) {
    return this.#dependencies.media.issue(await this.#seat(command, session), session);
  }

  async #recentCalls(command: CommandOf<'recent-calls'>, session: Session) {
    // After a hang-up the client expects that call in the list.
    await this.#pending.get(session);
    return this.#dependencies.calls.recentCalls(command, session.userId);
  }

  async #deleteRecentCalls({ callIds }: CommandOf<'delete-recent-calls'>, session: Session) {
    await this.#dependencies.calls.deleteRecentCalls(callIds, session.userId);
    return {};
  }

  async #reportQuality(command: CommandOf<'report-quality'>, session: Session) {
    await this.#dependencies.quality.save(command, session);
    return {};
  }

  async #reportFailure(command: CommandOf<'media-failed'>, session: Session) {
    await this.#dependencies.failures.report(await this.#seat(command, session), session);
    return {};
  }

  /** The call in which this session holds the seat. @throws {CommandError} call-not-found | wrong-state */
  async #seat({ callId }: { readonly callId: CallId }, session: Session): Promise<Call> {
    const call = await this.#dependencies.calls.call(callId, session.userId);
    if (isJoinedSession(call, session)) return call;
    throw new CommandError('wrong-state', 'This session does not hold the seat.');
  }

  async #sync(command: CommandOf<'sync'>, session: Session): Promise<Results['sync']> {
    const { calls, ...rest } = await this.#dependencies.calls.sync(command, actorOf(session));
    return { calls: calls.map((call) => this.#view(call, session)), ...rest };
  }

  async #renew({ userSig }: CommandOf<'renew-user-sig'>, session: Session) {
    const identity = await this.#dependencies.verifier.verify(userSig, session.userId);
    session.identity = identity;
    await this.#dependencies.pushTargets.extend(registrantOf(session));
    await this.#updateProfile(session, effectiveProfile(identity, session.profile));
    return { userSigExpiresInMs: identity.expiresAt - this.#dependencies.clock.wall() };
  }

  async #setSelfInfo({ nickname, avatar }: CommandOf<'set-self-info'>, session: Session) {
    const own = await this.#dependencies.calls.ownProfile(session.userId, { nickname, avatar });
    await this.#updateProfile(session, effectiveProfile(session.identity, own));
    return session.profile;
  }

  async #setPushTarget({ target, on }: CommandOf<'set-push-target'>, session: Session) {
    const { pushTargets } = this.#dependencies;
    // Only the known fields: a newer client may send others.
    const { platform, address, p256dh, auth, echo } = target;
    const known = { platform, address, p256dh, auth, echo };
    if (on) await pushTargets.register(known, registrantOf(session));
    else await pushTargets.remove(known, session.userId);
    return {};
  }

  async #updateProfile(session: Session, profile: Session['profile']): Promise<void> {
    const { nickname, avatar } = session.profile;
    if (profile.nickname === nickname && profile.avatar === avatar) return;
    await this.#dependencies.calls.saveProfile(session.userId, profile);
    session.profile = profile;
  }
}

/** Only the session that holds the seat gets media access. */
function isJoinedSession(call: Call, { userId, sessionId }: Session): boolean {
  const member = memberOf(call, userId);
  return isTalking(member) && member.sessionId === sessionId;
}

function registrantOf({ userId, sessionId, identity }: Session): Registrant {
  return { userId, sessionId, expiresAt: identity.expiresAt };
}

function requireCall(call: Call | null): Call {
  if (call === null) throw new CommandError('call-not-found');
  return call;
}

export function errorAnswer(error: ErrorShape = errorShape('internal-error')): Answer {
  return { ok: false, error };
}
