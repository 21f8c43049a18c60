import { NOTHING } from '../search/diagram.ts';
import { checkQuietDevice, checkQuietServer } from './quiescence.ts';
import type { Stage, Turns } from './turns.ts';
import { Violation } from './violation.ts';

/**
 * Worlds in which no message is on its way, no timer is due, and every device is connected. Their invariants concern
 * the server and one device: each quiescent device is checked once with each server.
 */
export class QuietWorlds {
  readonly #turns: Turns;
  readonly #seen = new Set<string>();
  count = 0;

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  /** @throws {Violation} */
  check(stage: Stage, worlds: number): void {
    const { steps, devices, diagram } = this.#turns;
    const { moment } = stage;
    const server = steps.servers.at(stage.server);
    if (!server.up || this.#turns.hasWork(stage)) return;
    const settle = devices.map((one) => (set: number) => one.settled(set, moment));
    const quiet = diagram.mapped(worlds, settle);
    if (quiet === NOTHING) return;
    this.count += diagram.count(quiet);
    checkQuietServer(server, steps.now(moment));
    devices.forEach((one, place) => {
      for (const id of one.sets.at(diagram.at(quiet, place))) this.#look(stage, place, id);
    });
  }

  #look({ server: id, moment }: Stage, place: number, linked: number): void {
    const { steps, devices, actors } = this.#turns;
    const device = devices[place]?.at(linked).device ?? -1;
    const name = `${id} ${moment} ${place} ${device}`;
    if (this.#seen.has(name)) return;
    this.#seen.add(name);
    const views = steps.side.viewsOf(steps.servers.at(id), place, steps.now(moment));
    try {
      checkQuietDevice(actors[place]?.name ?? '', steps.devices.at(device), views);
    } catch (error) {
      if (error instanceof Violation) error.on = { place, linked };
      throw error;
    }
  }
}
