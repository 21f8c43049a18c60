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

/** What of the transaction is needed here. */
interface Endpoints {
  readonly callbacks: Pick<Transaction['callbacks'], 'endpoints'>;
}

/** Asks these endpoints. @throws {CommandError} call-denied */
export type AskBefore = (
  question: GateQuestion,
  endpoints: readonly CallbackEndpoint[],
) => Promise<void>;

interface Ring {
  /** All users who are rung, the caller of a call that the back end starts among them. */
  readonly userIds: readonly string[];
  readonly question: GateQuestion;
}

/** Rolls the transaction back, so that nothing is locked while the back end is asked. */
class Unanswered extends Error {
  readonly ring: Ring;
  readonly endpoints: readonly CallbackEndpoint[];

  constructor(ring: Ring, endpoints: readonly CallbackEndpoint[]) {
    super('a back end has to be asked first');
    this.ring = ring;
    this.endpoints = endpoints;
  }
}

/**
 * Runs a transaction that may ring users. If it would, and a back end wants to be asked, the transaction is rolled
 * back, the back end is asked, and the transaction is run again. It decides again, since the state may have changed;
 * the back end is asked again if it would then ring another user.
 *
 * @throws {CommandError} call-denied
 */
export async function gated<T>(
  ask: AskBefore,
  run: (check: (tx: Endpoints, changes: readonly Change[]) => Promise<void>) => Promise<T>,
): Promise<T> {
  const permitted = new Set<string>();
  for (;;) {
    try {
      return await run(async (tx, changes) => {
        const ring = ringOf(changes);
        if (ring === null || ring.userIds.every((userId) => permitted.has(userId))) return;
        const all = await tx.callbacks.endpoints();
        const endpoints = all.filter((one) => wants(one, 'call.before'));
        if (endpoints.length > 0) throw new Unanswered(ring, endpoints);
      });
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      await ask(error.ring.question, error.endpoints);
      for (const userId of error.ring.userIds) permitted.add(userId);
    }
  }
}

/** null: the changes ring nobody. */
function ringOf(changes: readonly Change[]): Ring | null {
  for (const { before, after } of changes) {
    const rung = after.members.filter(
      (member) =>
        member.status === 'ringing' &&
        (before === null ? null : memberOf(before, member.userId))?.invitedVersion !==
          member.invitedVersion,
    );
    if (rung.length === 0) continue;
    const { callerId, mediaType, groupId, userData } = after;
    const userIds = rung.map(({ userId }) => userId);
    const question: GateQuestion = {
      kind: before === null ? 'call' : 'invite',
      callId: before === null ? null : after.callId,
      inviterId: rung.find(({ role }) => role === 'callee')?.invitedBy ?? null,
      userIds: userIds.filter((userId) => userId !== callerId),
      ...{ callerId, mediaType, groupId, userData },
    };
    return { userIds, question };
  }
  return null;
}
