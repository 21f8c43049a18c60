import type { CallEffect } from '../../src/engine/state/effects.ts';
import type { EngineEvent, TimerName } from '../../src/engine/state/events.ts';
import {
  isActiveCall,
  type EngineState,
  type IntentId,
} from '../../src/engine/state/call-state.ts';
import { CallError } from '../../src/engine/api/call-error.ts';
import type { IntentRequest } from '../../src/engine/state/events.ts';
import { isTerminationOf } from '../../src/engine/state/pending-termination.ts';
import type { Notification } from '../../src/engine/api/observer.ts';
import { transition } from '../../src/engine/transitions/transition.ts';
import { errorShape, type Answer, type CallId, type Command } from '../../src/protocol/index.ts';
import { CLOCK_START, idOf, signedInState } from './play.ts';
import { BOB, callIdOf, CAROL, DAVE, ServerCall } from './views.ts';

type Sent = Command & { readonly delivery: string };

/**
 * One engine (Bob's), a small correct call server and a media session on a clock. A test performs steps in
 * any order and delays, repeats and reorders messages. Asserts nothing by itself.
 */
export class SmallWorld {
  state: EngineState = signedInState(BOB);
  now = 0;
  readonly notifications: Notification[] = [];
  readonly effects: CallEffect[] = [];
  readonly timers = new Map<TimerName, number>();
  readonly intents = new Map<IntentId, number>();
  /** Each call with all its versions, the newest last. */
  readonly calls: ServerCall[][] = [];
  sent: Sent[] = [];
  joins: number[] = [];
  tracks: (CallEffect & { type: 'set-track' })[] = [];
  online = true;
  #ids = 0;
  /** Called after each event, with its effects. */
  watch: (effects: readonly CallEffect[]) => void = () => undefined;

  event(event: EngineEvent): void {
    const step = transition(this.state, { ...event, at: CLOCK_START + this.now });
    this.state = step.state;
    this.notifications.push(...step.notifications);
    this.effects.push(...step.effects);
    for (const effect of step.effects) this.#take(effect);
    this.watch(step.effects);
  }

  request(intent: IntentRequest): void {
    const intentId = idOf(`intent-${(this.#ids += 1)}`);
    this.intents.set(intentId, 0);
    this.event({ ...intent, intentId });
  }

  /** A user calls Bob (and Dave). The server does not ring Bob while he is in a call. */
  ring(group: boolean): void {
    if (this.calls.some((call) => isLiveFor(call))) return;
    const callees = group ? [BOB, DAVE] : [BOB];
    const callId = callIdOf(`ring-${this.calls.length}`);
    this.calls.push([
      ServerCall.from(CAROL, callees, { callId, now: this.now, mediaType: 'video' }),
    ]);
  }

  /** A change by another member in a call. */
  othersAct(index: number, act: number): void {
    const call = this.#newest(index);
    if (call === undefined) return;
    const view = call.seenBy(BOB);
    if (view.status === 'ended') return;
    const at = call.at(this.now);
    const other = view.callerId === BOB ? CAROL : view.callerId;
    const statusOf = (id: string) => view.members.find(({ userId }) => userId === id)?.status;
    const ringing = statusOf(other) === 'ringing';
    switch (act % 6) {
      case 0:
        return this.#becomes(
          index,
          at.ends(view.startedAt === null ? 'cancelled' : 'hangup', other),
        );
      case 1:
        return ringing ? this.#becomes(index, at.joins(other)) : undefined;
      case 2:
        return ringing
          ? this.#becomes(index, at.becomes(other, 'rejected', 'this').ends('rejected', other))
          : undefined;
      case 3:
        return this.#becomes(index, at.ends('ended-by-server', null));
      case 4:
        return statusOf(BOB) === 'ringing'
          ? this.#becomes(index, at.joins(BOB, 'other'))
          : this.#becomes(index, at.away(other));
      default:
        return this.#becomes(index, at.with({ mediaEpoch: view.mediaEpoch + 1 }));
    }
  }

  /** The server pushes a view of a call, of any version. */
  push(index: number, age: number): void {
    const versions = this.calls[index % Math.max(1, this.calls.length)];
    const call = versions?.at(-1 - (age % Math.max(1, versions.length)));
    if (call !== undefined) this.#view(call);
  }

  #view(call: ServerCall): void {
    this.event({
      type: 'message-received',
      message: { type: 'call-changed', call: call.seenBy(BOB) },
    });
  }

  /** The server processes and acknowledges the oldest command. */
  answer(): void {
    const command = this.sent.shift();
    if (command === undefined) return;
    this.event({ type: 'command-acked', command, answer: this.#process(command) });
  }

  /** The oldest command times out; the server may have processed it. */
  fail(done: boolean): void {
    const command = this.sent.find(({ delivery }) => delivery === 'interactive');
    if (command === undefined) return;
    this.sent = this.sent.filter((one) => one !== command);
    if (done) this.#process(command);
    this.event({ type: 'command-failed', command, error: errorShape('signaling-failed') });
  }

  fire(): void {
    const [next] = [...this.timers].sort(([, a], [, b]) => a - b);
    if (next === undefined) return;
    const [name, due] = next;
    this.now = Math.max(this.now, due);
    this.timers.delete(name);
    this.event({ type: 'timer-fired', name });
  }

  mediaAnswers(ok: boolean): void {
    const attempt = this.joins.shift();
    if (attempt === undefined) return;
    const error = new CallError('media-failed');
    this.event(
      ok ? { type: 'media-joined', attempt } : { type: 'media-join-failed', attempt, error },
    );
  }

  trackAnswers(ok: boolean): void {
    const track = this.tracks.shift();
    if (track === undefined) return;
    const { callId, source, on, intentId } = track;
    const error = ok ? null : new CallError('permission-denied');
    this.event({ type: 'track-set', callId, source, on, intentId, error });
  }

  drop(): void {
    this.online = false;
    this.sent = this.sent.filter(({ type }) => type !== 'sync');
    this.event({ type: 'socket-disconnected' });
  }

  connect(): void {
    if (this.online) return;
    this.online = true;
    this.event({ type: 'socket-connected' });
  }

  /** Lets all calls end: no further action, no lost message. */
  quiet(): void {
    this.connect();
    this.calls.forEach((_, index) => this.othersAct(index, 0));
    for (let turn = 0; turn < 60; turn += 1) {
      while (this.sent.length > 0) this.answer();
      while (this.joins.length > 0) this.mediaAnswers(true);
      while (this.tracks.length > 0) this.trackAnswers(true);
      this.calls.forEach((_, index) => this.othersAct(index, 0));
      this.calls.forEach((_, index) => this.push(index, 0));
      this.fire();
    }
  }

  #take(effect: CallEffect): void {
    switch (effect.type) {
      case 'send-command': {
        const id = effect.id ?? idOf(`own-${(this.#ids += 1)}`);
        this.sent.push({ ...effect.command, id, delivery: effect.delivery });
        return;
      }
      case 'drop-command':
        this.sent = this.sent.filter(({ id }) => id !== effect.id);
        return;
      case 'drop-call-commands':
        this.sent = this.sent.filter(({ type }) => type !== 'media-access' && type !== 'alerted');
        return;
      case 'drop-terminations':
        this.sent = this.sent.filter((one) => !isTerminationOf(one, effect.callId));
        return;
      case 'start-timer':
        this.timers.set(effect.name, this.now + effect.ms);
        return;
      case 'cancel-timer':
        this.timers.delete(effect.name);
        return;
      case 'settle':
        this.intents.set(effect.intentId, (this.intents.get(effect.intentId) ?? 0) + 1);
        return;
      case 'join-media':
        this.joins.push(effect.attempt);
        return;
      case 'set-track':
        this.tracks.push(effect);
        return;
      default:
        return;
    }
  }

  #newest(index: number): ServerCall | undefined {
    return this.calls[index % Math.max(1, this.calls.length)]?.at(-1);
  }

  #becomes(index: number, call: ServerCall): void {
    this.calls[index % this.calls.length]?.push(call);
  }

  #byId(callId: CallId): number {
    return this.calls.findIndex((versions) => versions[0]?.seenBy(BOB).callId === callId);
  }

  #process(command: Command): Answer {
    switch (command.type) {
      case 'call':
        return this.#processCall(command);
      case 'cancel': {
        const index = this.#byId(callIdOf(command.callCommandId));
        if (index < 0) return { ok: true, call: null };
        return { ok: true, call: this.#left(index).seenBy(BOB) };
      }
      case 'sync':
        return {
          ok: true,
          calls: this.calls.flatMap((all) => all.slice(-1)).map((call) => call.seenBy(BOB)),
          missed: [],
          missedSeq: 0,
        };
      case 'media-access':
        return { ok: true, media: { url: 'wss://media.test', token: 'token' } };
      case 'media-failed':
      case 'report-quality':
      case 'set-push-target':
        return { ok: true };
      case 'renew-user-sig':
        return { ok: true, userSigExpiresInMs: 86_400_000 };
      case 'set-self-info':
        return { ok: true, nickname: command.nickname, avatar: command.avatar };
      case 'join-group':
      case 'recent-calls':
      case 'delete-recent-calls':
        return { ok: false, error: errorShape('not-supported-here') };
      default:
        return this.#processAct(command);
    }
  }

  #processCall(command: Command & { type: 'call' }): Answer {
    const rung = this.calls.findIndex((call) => isLiveFor(call));
    const known = rung < 0 ? undefined : this.#newest(rung);
    if (known !== undefined && known.seenBy(BOB).self.session === 'none') {
      this.#becomes(rung, known.at(this.now).joins(BOB));
      return { ok: true, call: (this.#newest(rung) ?? known).seenBy(BOB) };
    }
    if (known !== undefined) return { ok: false, error: errorShape('wrong-state') };
    // The call id contains the command id, so that a cancel finds it.
    const callId = callIdOf(command.id);
    const call = ServerCall.from(BOB, [CAROL], { callId, now: this.now });
    this.calls.push([call]);
    return { ok: true, call: call.seenBy(BOB) };
  }

  #processAct(command: Extract<Command, { callId: CallId }>): Answer {
    const index = this.#byId(command.callId);
    const call = this.#newest(index);
    if (index < 0 || call === undefined) return { ok: false, error: errorShape('call-not-found') };
    const view = call.seenBy(BOB);
    const mine = view.members.find(({ userId }) => userId === BOB)?.status;
    const at = call.at(this.now);
    if (command.type === 'accept' && mine === 'ringing') this.#becomes(index, at.joins(BOB));
    if (command.type === 'reject' && mine === 'ringing') {
      const rejected = at.becomes(BOB, 'rejected', 'this');
      this.#becomes(index, view.isGroup ? rejected : rejected.ends('rejected', BOB));
    }
    if (command.type === 'hangup') this.#left(index);
    if (command.type === 'switch-media-type' && mine === 'joined' && view.status === 'active') {
      this.#becomes(index, at.with({ mediaType: command.mediaType }));
    }
    const newest = (this.#newest(index) ?? call).seenBy(BOB);
    const inside = newest.status !== 'ended' && newest.self.session === 'this';
    const media = inside ? { url: 'wss://media.test', token: 'token' } : null;
    return { ok: true, call: newest, media };
  }

  /** Bob leaves, which ends the call. */
  #left(index: number): ServerCall {
    const versions = this.calls[index] ?? [];
    const call = versions.at(-1);
    if (call === undefined) throw new Error('no such call');
    const { status, startedAt, self } = call.seenBy(BOB);
    if (status === 'ended' || self.session === 'other') return call;
    const reason = startedAt === null ? 'cancelled' : 'hangup';
    versions.push(call.at(this.now).ends(reason, BOB));
    return versions.at(-1) ?? call;
  }
}

function isLiveFor(versions: readonly ServerCall[]): boolean {
  const view = versions.at(-1)?.seenBy(BOB);
  const mine = view?.members.find(({ userId }) => userId === BOB)?.status;
  return view !== undefined && view.status !== 'ended' && (mine === 'ringing' || mine === 'joined');
}

/** This session holds the seat in the current call. */
export function isNamed({ call }: EngineState): boolean {
  return isActiveCall(call) && call.view.self.session === 'this';
}
