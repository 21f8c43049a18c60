import type { ElementEngine } from './call-parts.ts';

/** Who is to be signed in, as the attributes say; '' where one is missing. */
export interface Identity {
  readonly server: string;
  readonly userId: string;
  readonly userSig: string;
  readonly nickname: string;
  readonly avatar: string;
}

/**
 * Keeps the engine signed in as the attributes say. `ready` is a new promise with each signing in.
 */
export class SignInKeeper {
  #current: Identity | null = null;
  #attempt = newAttempt();

  /** Settles when this user is signed in. */
  get ready(): Promise<void> {
    return this.#attempt.promise;
  }

  /** Asks for what is missing to be signed in as `wanted`; for nothing when that is so already. */
  update(engine: ElementEngine, identity: Identity): void {
    // A copy: an element's properties are accessors, which change later and which `...` leaves out.
    const { server, userId, userSig, nickname, avatar } = identity;
    const wanted = { server, userId, userSig, nickname, avatar };
    const before = this.#current;
    const complete = wanted.server !== '' && wanted.userId !== '' && wanted.userSig !== '';
    this.#current = complete ? wanted : null;
    if (!complete) {
      if (before) ignoreFailure(engine.destroy());
    } else if (!before || before.server !== wanted.server || before.userId !== wanted.userId) {
      this.#init(engine, wanted);
    } else if (before.userSig !== wanted.userSig) {
      ignoreFailure(engine.renewUserSig(wanted.userSig));
    } else if (before.nickname !== wanted.nickname || before.avatar !== wanted.avatar) {
      ignoreFailure(engine.setSelfInfo(wanted.nickname, wanted.avatar));
    }
  }

  /** The engine is gone: the next one has to sign in anew. */
  forget(): void {
    this.#current = null;
  }

  #init(engine: ElementEngine, { nickname, avatar, ...signIn }: Identity): void {
    if (this.#attempt.used) this.#attempt = newAttempt();
    const attempt = this.#attempt;
    attempt.used = true;
    const names = { ...(nickname && { nickname }), ...(avatar && { avatar }) };
    engine.init({ ...signIn, ...names }).then(
      () => attempt.resolve(),
      (error: unknown) => {
        // With other attributes it is tried from the start.
        if (this.#attempt === attempt) this.#current = null;
        attempt.reject(error);
      },
    );
  }
}

/** Nobody waits for it: what the engine cannot put right, it reports by itself. */
function ignoreFailure(promise: Promise<unknown>): void {
  promise.catch(() => undefined);
}

interface Attempt {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
  /** An init() settles it. */
  used: boolean;
}

function newAttempt(): Attempt {
  let settle: Pick<Attempt, 'resolve' | 'reject'> | undefined;
  const promise = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
  const attempt: Attempt = {
    promise,
    resolve: () => settle?.resolve(),
    reject: (error) => settle?.reject(error),
    used: false,
  };
  // A page that does not use `ready` must not see an unhandled rejection.
  ignoreFailure(attempt.promise);
  return attempt;
}
