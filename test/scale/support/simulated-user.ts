import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { eventually } from '../../e2e/support/eventually.ts';
import type { World } from '../../e2e/support/world.ts';
import type { UserAction, Order, Outcome } from './user-host.ts';
import type { UserState } from './member.ts';

export interface UserSettings {
  /** Without a camera it sends audio only. */
  readonly camera?: boolean;
  /** `quiet` by default: a silent microphone; `none`: it only receives. */
  readonly microphone?: 'voice' | 'quiet' | 'none';
  /** The users whose video and audio it receives. */
  readonly watches?: readonly string[];
}

/** A process that runs simulated users, so that their work does not load this one. Ends with `stop()`. */
export class UserProcess {
  readonly #world: World;
  readonly #child: ChildProcess;
  readonly #open = new Map<number, (outcome: Outcome) => void>();
  #orders = 0;

  constructor(world: World) {
    this.#world = world;
    this.#child = fork(join(import.meta.dirname, 'user-host.ts'), [], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      // Otherwise LiveKit's library logs a line for each action.
      env: { ...process.env, NODE_ENV: 'production' },
    });
    this.#child.on('message', (outcome: Outcome) => {
      this.#open.get(outcome.id)?.(outcome);
      this.#open.delete(outcome.id);
    });
    this.#child.on('exit', () => {
      for (const id of this.#open.keys()) this.#fail(id, 'its process has ended');
    });
  }

  /** Adds a user, who is signed in. */
  async add(userId: string, settings: UserSettings = {}): Promise<SimulatedUser> {
    const options = {
      userId,
      nickname: `Nick ${userId}`,
      server: this.#world.server.url,
      userSig: await this.#world.userSig(userId),
      camera: settings.camera ?? false,
      microphone: settings.microphone ?? 'quiet',
      watches: settings.watches ?? [],
    };
    await this.order(userId, { type: 'sign-in', options });
    return new SimulatedUser(this, userId);
  }

  /** Resolves to the result; rejects with the error of the user's device. */
  order(userId: string, act: UserAction): Promise<unknown> {
    const id = (this.#orders += 1);
    return new Promise((resolve, reject) => {
      this.#open.set(id, ({ value, error }) => {
        if (error === undefined) resolve(value);
        else reject(new Error(`${userId} could not ${act.type}: ${error}`));
      });
      this.#child.send({ id, userId, act } satisfies Order, (failed) => {
        if (failed !== null) this.#fail(id, failed.message);
      });
    });
  }

  async stop(): Promise<void> {
    if (!this.#child.connected) return;
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }

  #fail(id: number, error: string): void {
    this.#open.get(id)?.({ id, error });
    this.#open.delete(id);
  }
}

/** A user without a browser, controlled by a test. */
export class SimulatedUser {
  readonly userId: string;
  readonly #process: UserProcess;

  constructor(userProcess: UserProcess, userId: string) {
    this.#process = userProcess;
    this.userId = userId;
  }

  do(act: UserAction): Promise<unknown> {
    return this.#process.order(this.userId, act);
  }

  state(): Promise<UserState> {
    return this.do({ type: 'state' }) as Promise<UserState>;
  }

  reenter(token: 'first' | 'last'): Promise<boolean | null> {
    return this.do({ type: 'trespass', token }) as Promise<boolean | null>;
  }

  until(what: string, isSo: (state: UserState) => boolean, timeoutMs = 60_000): Promise<UserState> {
    return eventually(
      async () => {
        const state = await this.state();
        return isSo(state) && state;
      },
      async () => `${this.userId}: never ${what}\n${JSON.stringify(await this.state(), null, 1)}`,
      timeoutMs,
    );
  }
}
