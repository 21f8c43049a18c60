import type { World } from '../../e2e/support/world.ts';
import { BotProcess, type Bot, type BotSettings } from './bots.ts';

/** LiveKit's library passes each event of a process to all its rooms: few users share one, or this takes most time. */
const BOTS_A_HOUSE = 13;

/** Many simulated users. Ends with `stop()`. */
export class Bots {
  readonly all: Bot[] = [];
  readonly #world: World;
  readonly #houses: BotProcess[] = [];
  #count = 0;

  constructor(world: World) {
    this.#world = world;
  }

  async add(userId: string, wishes?: BotSettings): Promise<Bot> {
    const at = Math.floor(this.#count / BOTS_A_HOUSE);
    this.#count += 1;
    const house = (this.#houses[at] ??= new BotProcess(this.#world));
    const bot = await house.add(userId, wishes);
    this.all.push(bot);
    return bot;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#houses.map((house) => house.stop()));
  }
}
