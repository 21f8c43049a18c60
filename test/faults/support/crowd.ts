import { setTimeout as pause } from 'node:timers/promises';
import { CallError } from '../../../src/engine/call-error.ts';
import type { Chance } from './chance.ts';
import type { Person } from './person.ts';

/** How long each one thinks before doing the next thing. */
const THINKS_MS = [20, 250] as const;
/** Short, so that deadlines pass while the server is down, too. */
const RING_SECONDS = [2, 4] as const;

/** People who call, accept, reject, cancel and hang up, each at random, until told to stop. */
export class Crowd {
  readonly people: readonly Person[];
  readonly #chance: Chance;
  readonly #surprises: unknown[] = [];
  #busy: Promise<unknown> = Promise.resolve();
  #going = false;

  constructor(people: readonly Person[], chance: Chance) {
    this.people = people;
    this.#chance = chance;
  }

  begin(): void {
    this.#going = true;
    this.#busy = Promise.all(this.people.map((person) => this.#live(person)));
  }

  /** No new calls; whoever is in one hangs up, and rings run out. Throws what nobody should meet. */
  async goHome(): Promise<void> {
    this.#going = false;
    await this.#busy;
    await Promise.all(this.people.map((person) => person.engine.hangup()));
    const away = ['idle', 'ended'];
    await Promise.all(
      this.people.map((person) =>
        person.until(
          'home',
          ({ phase, connection }) => {
            return away.includes(phase) && connection === 'connected';
          },
          60_000,
        ),
      ),
    );
    if (this.#surprises.length > 0) throw new AggregateError(this.#surprises, 'people met errors');
  }

  async #live(person: Person): Promise<void> {
    while (this.#going) {
      await pause(this.#chance.between(...THINKS_MS));
      // Not awaited: people tap on while an answer is on its way.
      void this.#act(person).catch((error: unknown) => this.#onError(error));
    }
  }

  async #act({ engine, userId }: Person): Promise<void> {
    const chance = this.#chance;
    switch (engine.state.phase) {
      case 'idle':
      case 'ended': {
        // Seldom: where everyone calls, everyone is busy and nobody answers.
        if (!chance.happens(0.06)) return;
        const others = this.people.filter((one) => one.userId !== userId);
        const timeout = chance.between(...RING_SECONDS);
        await engine.calls(chance.one(others).userId, 'audio', { timeout });
        return;
      }
      case 'incoming':
        if (chance.happens(0.4)) await engine.accept();
        else if (chance.happens(0.2)) await engine.reject();
        return;
      case 'outgoing':
        if (chance.happens(0.08)) await engine.hangup();
        return;
      default:
        if (chance.happens(0.15)) await engine.hangup();
        else if (chance.happens(0.05)) await engine.switchCallMediaType('video');
    }
  }

  /** What two people who tap at the same time are told; anything else is a fault of ours. */
  #onError(error: unknown): void {
    const expected = ['wrong-state', 'repeated-request', 'signaling-failed', 'call-not-found'];
    if (error instanceof CallError && expected.includes(error.name)) return;
    this.#surprises.push(error);
  }
}
