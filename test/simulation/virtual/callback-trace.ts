import type { Notification } from '../../../src/engine/api/observer.ts';

type Told = 'announced' | 'begun' | 'over';

/** The callbacks of one device: each call is announced, begins and ends once, its end last (spec §4). */
export class CallbackTrace {
  readonly #name: string;
  readonly #calls = new Map<string, Told>();
  /** Calls of which an earlier page received callbacks, or which it showed. */
  readonly #before = new Set<string>();
  /** Calls that had ended here when their user asked to join them again. */
  readonly #askedIn = new Set<string>();
  /** The end callback of each call, newest last. */
  readonly ends = new Map<string, Notification>();
  readonly missed: string[] = [];
  /** Callbacks that violate the order. */
  readonly violations: string[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  told(notification: Notification): void {
    const { name, info } = notification;
    const { callId } = info;
    // Cancelled before the server had given it an id.
    if (callId === '') return;
    const so = this.#calls.get(callId);
    const inWords = `${name} on ${this.#name}`;
    switch (name) {
      case 'onCallReceived':
        this.#must(so === undefined || so === 'over', `${inWords} before the end of what was`);
        this.#calls.set(callId, 'announced');
        return;
      case 'onCallBegin':
        this.#must(so !== 'begun', `${inWords} twice`);
        this.#calls.set(callId, 'begun');
        return;
      case 'onCallEnd':
        this.#must(
          so === 'begun' || this.#before.has(callId),
          `${inWords} though it had not begun`,
        );
        return this.#over(callId, notification);
      case 'onCallCancelled':
        this.#must(so !== 'begun', `${inWords} though it had begun`);
        this.#must(so !== 'over' || this.#mayEndAgain(callId), `${inWords}: a second end`);
        return this.#over(callId, notification);
      case 'onCallMissed':
        this.missed.push(notification.args[0]);
        return;
      default:
        return;
    }
  }

  /** The user asks to join a call, which may have ended here and may still ring others. */
  asksIn(): void {
    for (const [callId, told] of this.#calls) if (told === 'over') this.#askedIn.add(callId);
  }

  /** The call moved to another device and may have returned, still unanswered: no callback reports that. */
  #mayEndAgain(callId: string): boolean {
    const cameBack = this.ends.get(callId)?.info.reason === 'moved' || this.#askedIn.delete(callId);
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
    return [...this.#calls].filter(([, told]) => told !== 'over').map(([callId]) => callId);
  }
}
