import type { World } from '../../e2e/support/world.ts';
import { UserProcess, type SimulatedUser, type UserSettings } from './simulated-user.ts';

/** LiveKit's library passes each event of a process to all its rooms: few users share one, or this takes most time. */
const USERS_PER_PROCESS = 13;

/** Many simulated users. Ends with `stop()`. */
export class SimulatedUsers {
  readonly all: SimulatedUser[] = [];
  readonly #world: World;
  readonly #processes: UserProcess[] = [];
  #count = 0;

  constructor(world: World) {
    this.#world = world;
  }

  async add(userId: string, settings?: UserSettings): Promise<SimulatedUser> {
    const at = Math.floor(this.#count / USERS_PER_PROCESS);
    this.#count += 1;
    const userProcess = (this.#processes[at] ??= new UserProcess(this.#world));
    const user = await userProcess.add(userId, settings);
    this.all.push(user);
    return user;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#processes.map((userProcess) => userProcess.stop()));
  }
}
