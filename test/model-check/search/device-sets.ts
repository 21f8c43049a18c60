import { Cache } from './cache.ts';
import { Memo } from './memo.ts';
import { NONE, NumberSets } from './number-sets.ts';
import { checkRing } from '../model/quiescence.ts';
import type { Actor } from '../model/scenario.ts';
import { actEvent, CONNECTED, CUT, RELOAD, TIMER, type Steps } from '../model/steps.ts';
import { Table } from './table.ts';
import { Violation } from '../model/violation.ts';

/** One device and its connection: the part of a world outside the server. */
export interface Linked {
  readonly device: number;
  /** Messages on their way, by their numbers. */
  readonly up: readonly number[];
  /** [LOST]: it receives nothing more until its connection ends. */
  readonly down: readonly number[];
  /** Its page sent its leave beacon, which has not arrived. */
  readonly beacon: boolean;
}

/** The effect of the server, or of the world, on a device. */
export type Change =
  /** Its first command leaves the queue: this one. */
  | { readonly what: 'arrives'; readonly message: number }
  /** These messages are sent to it; `queue` is their number. */
  | {
      readonly what: 'sent';
      readonly queue: number;
      readonly messages: readonly number[];
      /** No loss is possible any more. */
      readonly safe: boolean;
    }
  | {
      readonly what: 'connects' | 'loses' | 'reloads' | 'leave-beacon' | 'calm' | 'later' | 'safe';
    };

const WHAT: readonly Change['what'][] = [
  ...([
    'arrives',
    'sent',
    'connects',
    'loses',
    'reloads',
    'leave-beacon',
    'calm',
    'later',
    'safe',
  ] as const),
];

/** Stands for all messages that a device does not receive before its connection ends. */
const LOST = -1;

/**
 * Sets of possible states of one device, with its connection. Every state that the device and its user can
 * reach from there by themselves (a message arrives, the user acts, a timer fires) is in the set, too.
 *
 * `prompt`: a set has only the states that have received everything, or will receive nothing more before their
 * connection ends (LOST). The states between are not needed. Receiving and acting change the
 * device alone, and append to its outgoing queue: they can just as well come before any other event of the
 * server. So a message that arrives at all arrives at once. If it never arrives, the connection
 * ends first: from that message on the device acts without it, and what it would have received
 * makes no difference. Time is different: a device that receives the same later may act differently.
 */
export class DeviceSets {
  readonly sets = new NumberSets();
  readonly #place: number;
  readonly #acts: number;
  readonly #steps: Steps;
  readonly #prompt: boolean;
  readonly #linked = new Table<Linked>();
  readonly #changed = new Cache();
  readonly #after = new Cache();
  readonly #alone = new Memo<readonly number[]>();
  readonly #heads = new Memo<ReadonlySet<number>>();

  constructor(place: number, actor: Actor, steps: Steps, prompt: boolean) {
    this.#prompt = prompt;
    this.#place = place;
    this.#acts = actor.acts.length;
    this.#steps = steps;
  }

  at(id: number): Linked {
    return this.#linked.at(id);
  }

  /** @throws {Violation} */
  of(linked: Linked, moment: number): number {
    return this.sets.of(this.#closed(this.#linked.idOf(linked), moment));
  }

  /** The commands of which one may arrive next. */
  heads(set: number): ReadonlySet<number> {
    return this.#heads.get(set, 0, () => {
      const heads = [...this.sets.at(set)].map((id) => this.#linked.at(id).up[0]);
      return new Set(heads.filter((one) => one !== undefined));
    });
  }

  /** The devices with no message on its way and no timer due. */
  settled(set: number, moment: number): number {
    return this.#changed.get(set, SETTLED + moment, () => {
      const ids = this.sets.at(set).filter((id) => this.#isSettled(this.#linked.at(id), moment));
      return this.sets.of(ids);
    });
  }

  /** The set after the effect. @throws {Violation} */
  changed(set: number, change: Change, moment: number): number {
    return this.#changed.get(set, keyOf(change, moment), () => {
      const all = new Set<number>();
      for (const id of this.sets.at(set)) {
        for (const one of this.sets.at(this.after(id, change, moment))) all.add(one);
      }
      return this.sets.of(all);
    });
  }

  /** The possible states of one of them after the effect; none: the effect is not possible. @throws {Violation} */
  after(id: number, change: Change, moment: number): number {
    return this.#after.get(id, keyOf(change, moment), () => {
      try {
        const next = this.#direct(this.#linked.at(id), change, moment);
        if (next === null) return NONE;
        const named = this.#linked.idOf(next);
        // Its consequences by itself were in the set already, and must stay out of it here.
        if (change.what === 'calm' || change.what === 'safe') return this.sets.of([named]);
        const closed = this.#closed(named, moment);
        const isHeard = (one: number) => this.#linked.at(one).down[0] !== LOST;
        return this.sets.of(
          change.what === 'sent' && change.safe ? [...closed].filter(isHeard) : closed,
        );
      } catch (error) {
        if (error instanceof Violation) error.on ??= { place: this.#place, linked: id };
        throw error;
      }
    });
  }

  /** The path of the device after the change, event by event; `to` null: to a violation. */
  way(from: Linked, change: Change | null, to: number | null, moment: number): readonly Step[] {
    const first = change === null ? from : this.#direct(from, change, moment);
    if (first === null) return [];
    const ways: { linked: Linked; steps: readonly Step[] }[] = [{ linked: first, steps: [] }];
    const met = new Set([this.#linked.idOf(first)]);
    for (const { linked, steps } of ways) {
      const id = this.#linked.idOf(linked);
      if ((this.#prompt ? this.#trimmed(id) : id) === to) return steps;
      for (const event of this.#events(linked, moment)) {
        const further = [...steps, { device: linked.device, event }];
        const next = this.#tried(linked, event, moment);
        if (next === 'violated') return further;
        if (next === null || met.has(this.#linked.idOf(next))) continue;
        met.add(this.#linked.idOf(next));
        ways.push({ linked: next, steps: further });
      }
    }
    return [];
  }

  #tried(linked: Linked, event: number, moment: number): Linked | null | 'violated' {
    try {
      return this.#moved(linked, event, moment);
    } catch (error) {
      if (error instanceof Violation) return 'violated';
      throw error;
    }
  }

  #direct(linked: Linked, change: Change, moment: number): Linked | null {
    const { device, up, down, beacon } = linked;
    switch (change.what) {
      case 'arrives':
        return up[0] === change.message ? { ...linked, up: up.slice(1) } : null;
      case 'sent':
        if (down[0] === LOST) return linked;
        return { ...linked, down: [...down, ...change.messages] };
      case 'connects':
        if (this.#steps.devices.at(device).link !== 'down') return null;
        return this.#moved(linked, CONNECTED, moment);
      case 'loses':
        return this.#moved({ ...linked, up: [], down: [] }, CUT, moment);
      case 'reloads': {
        // A closing page sends only its beacon.
        const next = this.#moved(linked, RELOAD, moment);
        return next === null ? null : { ...next, up: [], down: [] };
      }
      case 'leave-beacon':
        return beacon ? { ...linked, beacon: false } : null;
      case 'calm':
        return this.#steps.isTimerDue(device, moment) ? null : linked;
      case 'safe':
        return down[0] === LOST ? null : linked;
      case 'later':
        return linked;
    }
  }

  /** With all consequences that do not involve the server. */
  #closed(id: number, moment: number): ReadonlySet<number> {
    const all = new Set([id]);
    for (const one of all) for (const next of this.#next(one, moment)) all.add(next);
    return this.#prompt ? new Set([...all].map((one) => this.#trimmed(one))) : all;
  }

  /** A device that has not received everything never will. */
  #trimmed(id: number): number {
    const linked = this.#linked.at(id);
    return linked.down.length === 0 ? id : this.#linked.idOf({ ...linked, down: [LOST] });
  }

  #next(id: number, moment: number): readonly number[] {
    return this.#alone.get(id, moment, () => {
      const linked = this.#linked.at(id);
      const next = this.#events(linked, moment).map((event) => this.#moved(linked, event, moment));
      return next.flatMap((one) => (one === null ? [] : this.#linked.idOf(one)));
    });
  }

  /** The possible events of the device without the server. */
  #events({ device, down }: Linked, moment: number): readonly number[] {
    const [message] = down;
    const acts = Array.from({ length: this.#acts }, (_, act) => actEvent(act));
    const heard = message === undefined || message === LOST ? [] : [message];
    return [...heard, ...(this.#steps.isTimerDue(device, moment) ? [TIMER] : []), ...acts];
  }

  /** null: it is not possible now. @throws {Violation} */
  #moved(linked: Linked, event: number, moment: number): Linked | null {
    const step = this.#steps.ofDevice(this.#place, linked.device, event, moment);
    if (step === null) return null;
    const { device, sent, leave } = step;
    if (!this.#steps.isTimerDue(device, moment)) {
      checkRing(this.#steps.devices.at(device), this.#steps.now(moment));
    }
    const down = event >= 0 ? linked.down.slice(1) : linked.down;
    return { device, up: [...linked.up, ...sent], down, beacon: linked.beacon || leave };
  }

  #isSettled({ device, up, down, beacon }: Linked, moment: number): boolean {
    const { link, pending } = this.#steps.devices.at(device);
    const isCalm = link === 'free' && pending.length === 0 && up.length + down.length === 0;
    return isCalm && !beacon && !this.#steps.isTimerDue(device, moment);
  }
}

/** An event on a device in a given state. */
export interface Step {
  readonly device: number;
  readonly event: number;
}

const SETTLED = -16;

function keyOf(change: Change, moment: number): number {
  const { what } = change;
  const which =
    what === 'arrives'
      ? change.message
      : what === 'sent'
        ? change.queue * 2 + Number(change.safe)
        : 0;
  return (which * 16 + WHAT.indexOf(what)) * 8 + moment;
}
