import type { Notification } from '../../../../src/engine/api/observer.ts';

type CallProgress = 'announced' | 'begun' | 'over';

/** The callbacks of one device: each call is announced, begins and ends once, its end last (docs/events.md). */
export class CallbackTrace {
  readonly #name: string;
  readonly #calls = new Map<string, CallProgress>();
  /** Calls of which an earlier page received callbacks, or which it showed. */
  readonly #before = new Set<string>();
  /** Calls that had ended here when their user asked to join them again. */
  readonly #joined = new Set<string>();
  /** The end callback of each call, newest last. */
  readonly ends = new Map<string, Notification>();
  readonly missed: string[] = [];
  /** Callbacks that violate the order. */
  readonly violations: string[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  notified(notification: Notification): void {
    const { name, info } = notification;
    const { callId } = info;
    // Cancelled before the server had given it an id.
    if (callId === '') return;
    const so = this.#calls.get(callId);
    const asText = `${name} on ${this.#name}`;
    switch (name) {
      case 'onCallReceived':
        this.#must(so === undefined || so === 'over', `${asText} before the end of what was`);
        this.#calls.set(callId, 'announced');
        return;
      case 'onCallBegin':
        this.#must(so !== 'begun', `${asText} twice`);
        this.#calls.set(callId, 'begun');
        return;
      case 'onCallEnd':
        this.#must(so === 'begun' || this.#before.has(callId), `${asText} though it had not begun`);
        return this.#over(callId, notification);
      case 'onCallCancelled':
        this.#must(so !== 'begun', `${asText} though it had begun`);
        this.#must(so !== 'over' || this.#mayEndAgain(callId), `${asText}: a second end`);
        return this.#over(callId, notification);
      case 'onCallMissed':
        this.missed.push(notification.args[0]);
        return;
      default:
        return;
    }
  }

  /** The user requests to join a call, which may have ended here and may still ring other users. */
  joins(): void {
    for (const [callId, progress] of this.#calls) if (progress === 'over') this.#joined.add(callId);
  }

  /** The call moved to another device and may have returned, still unanswered: no callback reports that. */
  #mayEndAgain(callId: string): boolean {
    const cameBack = this.ends.get(callId)?.info.reason === 'moved' || this.#joined.delete(callId);
    return this.#before.has(callId) || cameBack;
  }

  /** Recorded, not thrown: the engine catches what its observers throw. */
  #must(holds: boolean, what: string): void {
    if (!holds) this.violations.push(what);
  }

  #over(callId: string, notification: Notification): void {
    this.#calls.set(callId, 'over');
    this.ends.set(callId, notification);
  }

  /** The next page has received no callback. An own call is shown before its first callback. */
  leftThePage(shown: string | null = null): void {
    for (const callId of this.#calls.keys()) this.#before.add(callId);
    if (shown !== null) this.#before.add(shown);
    this.#calls.clear();
  }

  /** Whether one page received all callbacks of this call. */
  isWhole(callId: string): boolean {
    return !this.#before.has(callId);
  }

  /** Calls whose end callback has not been sent yet. */
  get open(): readonly string[] {
    return [...this.#calls].filter(([, progress]) => progress !== 'over').map(([callId]) => callId);
  }
}
