import type { Call } from '../../../../server/calls/model/call.ts';
import type { Store } from '../../../../server/calls/store.ts';
import type {
  Answer,
  CallId,
  Command,
  CommandId,
  SessionId,
  UserId,
} from '../../../../src/protocol/index.ts';
import type { Coverage } from '../../../support/coverage.ts';
import { pairOf, rowOf, type Row } from '../table/server-table.ts';
import { subjectOf } from '../sequence/subject.ts';
import { checkAnswer } from '../table/table-answers.ts';

interface Party {
  readonly userId: UserId;
  readonly sessionId: SessionId;
}

export interface AnswerWatchParts {
  readonly coverage: Coverage;
  readonly calls: ReadonlyMap<CallId, Call>;
  readonly store: Store;
}

/** Compares the server's answers with its table, and counts the checks of each pair. */
export class AnswerWatch {
  readonly #parts: AnswerWatchParts;

  constructor(parts: AnswerWatchParts) {
    this.#parts = parts;
  }

  /** A repeated command: the server answers with the call as it is, whatever the table says now. */
  async isSaidAgain({ id }: Command, { userId }: Party): Promise<boolean> {
    return (await this.#parts.store.transaction((tx) => tx.command(userId, id))) !== null;
  }

  /** The position of this command in the server's table, for this session now. */
  async rowOf(command: Command, { userId, sessionId }: Party): Promise<Row> {
    const { calls, store } = this.#parts;
    const madeBy = async (id: string) => {
      const made = await store.transaction((tx) => tx.command(userId, id as CommandId));
      return made?.callId ?? null;
    };
    return rowOf(await subjectOf(command, userId, { calls, madeBy }), { userId, sessionId });
  }

  /** @throws {Violation} when the table does not allow this answer at this position. */
  answered(row: Row, { type }: Command, raw: unknown): void {
    const outcome = outcomeOf(raw);
    // The rules do not check this one.
    if (outcome === 'user-sig-expired' || outcome === 'rate-limited') return;
    this.#parts.coverage.add(pairOf(row, type));
    checkAnswer(row, type, outcome);
  }
}

export function outcomeOf(raw: unknown): string {
  const answer = raw as Answer;
  return answer.ok ? 'ok' : answer.error.name;
}
