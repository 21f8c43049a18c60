import { wants } from '../webhooks/delivery.ts';
import type { CallbackEndpoint } from '../webhooks/delivery.ts';
import { memberOf } from './model/call.ts';
import type { Change } from './model/decision.ts';
import type { Transaction } from './store.ts';

/** What a back end is asked before users are rung: `data` of `call.before`. */
export interface GateQuestion {
  readonly kind: 'call' | 'invite';
  /** null for a call that does not exist yet. */
  readonly callId: string | null;
  readonly callerId: string;
  /** Who invites; null: the server. */
  readonly inviterId: string | null;
  readonly userIds: readonly string[];
  readonly mediaType: string;
  readonly groupId: string;
  readonly userData: string;
}

/** Asks these endpoints. @throws {CommandError} call-denied */
export type AskBefore = (
  question: GateQuestion,
  endpoints: readonly CallbackEndpoint[],
) => Promise<void>;

/** Rolls the transaction back, so that nothing is locked while the back end is asked. */
class Unanswered extends Error {
  readonly question: GateQuestion;
  readonly endpoints: readonly CallbackEndpoint[];

  constructor(question: GateQuestion, endpoints: readonly CallbackEndpoint[]) {
    super('a back end has to be asked first');
    this.question = question;
    this.endpoints = endpoints;
  }
}

/**
 * Runs a transaction that may ring users. If it would, and a back end wants to be asked, the transaction is rolled
 * back, the back end is asked, and the transaction is run again: it decides anew, since the state may have changed.
 *
 * @throws {CommandError} call-denied
 */
export async function gated<T>(
  ask: AskBefore,
  run: (check: (tx: Transaction, changes: readonly Change[]) => Promise<void>) => Promise<T>,
): Promise<T> {
  try {
    return await run(async (tx, changes) => {
      const question = questionOf(changes);
      if (question === null) return;
      const all = await tx.callbacks.endpoints();
      const endpoints = all.filter((one) => wants(one, 'call.before'));
      if (endpoints.length > 0) throw new Unanswered(question, endpoints);
    });
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    await ask(error.question, error.endpoints);
    return run(async () => undefined);
  }
}

/** null: the changes ring nobody. */
function questionOf(changes: readonly Change[]): GateQuestion | null {
  for (const { before, after } of changes) {
    const rung = after.members.filter(
      (member) =>
        member.status === 'ringing' &&
        (before === null ? null : memberOf(before, member.userId))?.invitedVersion !==
          member.invitedVersion,
    );
    if (rung.length === 0) continue;
    const { callerId, mediaType, groupId, userData } = after;
    return {
      kind: before === null ? 'call' : 'invite',
      callId: before === null ? null : after.callId,
      inviterId: rung.find(({ role }) => role === 'callee')?.invitedBy ?? null,
      userIds: rung.map(({ userId }) => userId).filter((userId) => userId !== callerId),
      ...{ callerId, mediaType, groupId, userData },
    };
  }
  return null;
}
