import { setTimeout as pause } from 'node:timers/promises';
import { CallError } from '../../../src/engine/api/call-error.ts';
import type { CallSnapshot } from '../../../src/engine/index.ts';
import type { Chance } from './chance.ts';
import type { Person } from './person.ts';

/** How long each one thinks before doing the next thing. */
const THINKS_MS = [20, 250] as const;

/** What someone may do now, at random; rejects with what they are told. */
export type Habit = (person: Person, others: readonly Person[], chance: Chance) => Promise<void>;

/** People who each do what their habit is, until told to stop. */
export class Crowd {
  readonly people: readonly Person[];
  readonly #chance: Chance;
  readonly #habit: Habit;
  readonly #surprises: unknown[] = [];
  #busy: Promise<unknown> = Promise.resolve();
  #going = false;

  constructor(people: readonly Person[], chance: Chance, habit: Habit) {
    this.people = people;
    this.#chance = chance;
    this.#habit = habit;
  }

  begin(): void {
    this.#going = true;
    this.#busy = Promise.all(this.people.map((person) => this.#live(person)));
  }

  /** No new calls; whoever is in some hangs up, and rings run out. Throws what nobody should meet. */
  async goHome(): Promise<void> {
    this.#going = false;
    await this.#busy;
    await Promise.all(this.people.map(leavesAll));
    await Promise.all(this.people.map((person) => person.until('home', isHome, 60_000)));
    if (this.#surprises.length > 0) throw new AggregateError(this.#surprises, 'people met errors');
  }

  async #live(person: Person): Promise<void> {
    while (this.#going) {
      await pause(this.#chance.between(...THINKS_MS));
      // Not awaited: people tap on while an answer is on its way.
      const others = this.people.filter((one) => one !== person);
      const acting = this.#habit(person, others, this.#chance);
      void acting.catch((error: unknown) => this.#onError(error));
    }
  }

  /** What two people who tap at the same time are told; anything else is a fault of ours. */
  #onError(error: unknown): void {
    const expected = ['wrong-state', 'repeated-request', 'signaling-failed', 'call-not-found'];
    if (error instanceof CallError && expected.includes(error.name)) return;
    this.#surprises.push(error);
  }
}

/** A hang-up beside the last words of a call is meant for that call: for one on hold it takes another, once they are gone. */
async function leavesAll(person: Person): Promise<void> {
  const { engine } = person;
  while (!isOut(engine.state)) {
    await engine.hangup();
    await person.until('past its last words', ({ phase }) => phase !== 'ended', 60_000);
  }
}

function isOut({ phase, held }: CallSnapshot): boolean {
  return (phase === 'idle' || phase === 'ended') && held.length === 0;
}

function isHome(state: CallSnapshot): boolean {
  return isOut(state) && state.waiting === null && state.connection === 'connected';
}
