import type { GateQuestion } from '../calls/call-gate.ts';
import { bodyOf } from '../calls/outbox.ts';
import type { GuardedClient } from '../outbound/guarded-client.ts';
import type { Clock } from '../shared/clock.ts';
import { CommandError } from '../shared/command-error.ts';
import type { Log } from '../shared/log.ts';
import type { RandomId } from '../shared/random-id.ts';
import type { CallbackEndpoint } from '../webhooks/delivery.ts';
import { callbackHeaders } from './sign-callback.ts';

/** A user waits for the answer. */
const QUESTION_TIMEOUT_MS = 2_000;
const MAX_ANSWER_BYTES = 4_096;
const MAX_REASON_LENGTH = 200;

export interface CallBeforeDependencies {
  readonly client: Pick<GuardedClient, 'post'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly randomId: RandomId;
}

/** The question `call.before`: whether users may be rung. */
export class CallBefore {
  readonly #dependencies: CallBeforeDependencies;

  constructor(dependencies: CallBeforeDependencies) {
    this.#dependencies = dependencies;
  }

  /** Asks all at once; each one may deny. @throws {CommandError} call-denied with the reason. */
  async ask(question: GateQuestion, endpoints: readonly CallbackEndpoint[]): Promise<void> {
    const answers = await Promise.all(endpoints.map((one) => this.#answerOf(one, question)));
    const denial = answers.find(({ allow }) => !allow);
    if (denial !== undefined) throw new CommandError('call-denied', denial.reason);
  }

  async #answerOf(endpoint: CallbackEndpoint, question: GateQuestion): Promise<Answer> {
    const { client, clock, log, randomId } = this.#dependencies;
    const body = bodyOf('call.before', clock.now(), { ...question });
    const webhook = { id: `msg_${randomId()}`, body, at: clock.wall() };
    try {
      const response = await client.post(endpoint.url, {
        headers: callbackHeaders(endpoint, webhook, clock.now()),
        ...{ body, timeoutMs: QUESTION_TIMEOUT_MS, maxBodyBytes: MAX_ANSWER_BYTES },
      });
      const answer = response.status === 200 ? parseAnswer(response.body) : null;
      if (answer !== null) return answer;
      log.warn({ endpoint: endpoint.endpointId, status: response.status }, 'no valid answer');
    } catch (error) {
      log.warn({ err: error, endpoint: endpoint.endpointId }, 'call.before was not answered');
    }
    const reason = 'The service that permits calls does not respond.';
    return { allow: endpoint.onFailure === 'allow', reason };
  }
}

interface Answer {
  readonly allow: boolean;
  /** undefined: the message of the error. */
  readonly reason?: string;
}

/** null: the text is not `{ "allow": true | false, "reason"?: string }`. */
function parseAnswer(text: string): Answer | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || !('allow' in value)) return null;
  const { allow } = value;
  if (typeof allow !== 'boolean') return null;
  const reason = 'reason' in value && typeof value.reason === 'string' ? value.reason.trim() : '';
  return reason === '' ? { allow } : { allow, reason: reason.slice(0, MAX_REASON_LENGTH) };
}
