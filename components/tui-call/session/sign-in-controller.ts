import type { CallError } from '../../../src/engine/api/call-error.ts';
import type { ElementEngine } from './dependencies.ts';

type Text = string | null | undefined;

/** The user whom the attributes name. Frameworks write `null` and `undefined` for a missing value. */
export interface SignInAttributes {
  readonly server: Text;
  readonly userId: Text;
  readonly userSig: Text;
  readonly nickname: Text;
  readonly avatar: Text;
}

type Wanted = { readonly [Key in keyof SignInAttributes]: string };

/** A sign-in that the controller has requested from the engine and has not ended. */
interface Session {
  wanted: Wanted;
  /** The engine refused the sign-in. The next userSig starts a new one. */
  failed: boolean;
}

/**
 * Signs the engine in and out according to the attributes. Another `userId` or `server` ends the session first. The
 * controller never sends a userSig that signed one user in for another user.
 */
export class SignInController {
  readonly #report: (error: CallError) => void;
  #session: Session | null = null;
  #attempt = newAttempt();
  /** The newest userSig that the server accepted, and its user. */
  #accepted: { readonly userSig: string; readonly userId: string } | null = null;

  /** `report` is called with an error of the page: the engine does not report it. */
  constructor(report: (error: CallError) => void) {
    this.#report = report;
  }

  /** Settles when the user of these attributes is signed in. Pending while an attribute is missing. */
  ready(identity: SignInAttributes): Promise<void> {
    const wanted = wantedOf(identity);
    const session = this.#session;
    const retried = session?.failed && session.wanted.userSig !== wanted.userSig;
    if (session && (retried || !isComplete(wanted) || !isSameUser(session.wanted, wanted))) {
      this.#renewAttempt();
    }
    return this.#attempt.promise;
  }

  /** Makes the engine's session match `attributes`. Does nothing if they match already. */
  update(engine: ElementEngine, attributes: SignInAttributes): void {
    const wanted = wantedOf(attributes);
    const before = this.#session;
    if (before && !isSameUser(before.wanted, wanted)) this.#signOut(engine);
    if (!isComplete(wanted) || this.#isOfAnotherUser(wanted)) return this.#signOut(engine);
    const session = this.#session;
    if (!session || session.failed) return this.#signIn(engine, wanted);
    const { userSig, nickname, avatar } = session.wanted;
    session.wanted = wanted;
    if (userSig !== wanted.userSig) this.#renew(engine, wanted);
    if (nickname !== wanted.nickname || avatar !== wanted.avatar) {
      ignoreFailure(engine.setSelfInfo(wanted.nickname, wanted.avatar).catch(this.#onRefused));
    }
  }

  /** Ends the session of a destroyed engine. The next `update()` signs in again. */
  forget(): void {
    this.#session = null;
    this.#renewAttempt();
  }

  #signIn(engine: ElementEngine, wanted: Wanted): void {
    this.#renewAttempt();
    const attempt = this.#attempt;
    attempt.begun = true;
    const session: Session = { wanted, failed: false };
    this.#session = session;
    const { nickname, avatar, ...identity } = wanted;
    const names = { ...(nickname && { nickname }), ...(avatar && { avatar }) };
    engine
      .init({ ...identity, ...names })
      // A name that is too long must not keep the user from being called.
      .catch((error: unknown) => {
        this.#onRefused(error);
        return engine.init(identity);
      })
      .then(
        () => {
          this.#accepted = identity;
          attempt.resolve();
        },
        (error: unknown) => {
          session.failed = true;
          attempt.reject(error);
        },
      );
  }

  /** Reports a parameter that is invalid. @throws any other error */
  readonly #onRefused = (error: unknown): void => {
    const { name } = error as CallError;
    if (name !== 'invalid-parameter') throw error;
    this.#report(error as CallError);
  };

  #renew(engine: ElementEngine, { userSig, userId }: Wanted): void {
    const renewed = engine.renewUserSig(userSig).then(() => {
      this.#accepted = { userSig, userId };
    });
    ignoreFailure(renewed);
  }

  #signOut(engine: ElementEngine): void {
    if (!this.#session) return;
    this.forget();
    ignoreFailure(engine.destroy());
  }

  /** True while the page has set another `userId` and not yet a userSig of that user. */
  #isOfAnotherUser({ userSig, userId }: Wanted): boolean {
    const accepted = this.#accepted;
    return accepted?.userSig === userSig && accepted.userId !== userId;
  }

  #renewAttempt(): void {
    if (this.#attempt.begun) this.#attempt = newAttempt();
  }
}

/** Copies the values: the element's properties are accessors, whose values change later. */
function wantedOf({ server, userId, userSig, nickname, avatar }: SignInAttributes): Wanted {
  return {
    server: server ?? '',
    userId: userId ?? '',
    userSig: userSig ?? '',
    nickname: nickname ?? '',
    avatar: avatar ?? '',
  };
}

function isComplete({ server, userId, userSig }: Wanted): boolean {
  return server !== '' && userId !== '' && userSig !== '';
}

function isSameUser(a: Wanted, b: Wanted): boolean {
  return a.server === b.server && a.userId === b.userId;
}

/** Prevents an unhandled rejection. The engine reports the failure to its observers. */
function ignoreFailure(promise: Promise<unknown>): void {
  promise.catch(() => undefined);
}

interface Attempt {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
  /** True as soon as a sign-in of the engine will settle the promise. */
  begun: boolean;
}

function newAttempt(): Attempt {
  let settle: Pick<Attempt, 'resolve' | 'reject'> | undefined;
  const promise = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
  // A page that does not use `ready` must not see an unhandled rejection.
  ignoreFailure(promise);
  return {
    promise,
    resolve: () => settle?.resolve(),
    reject: (error) => settle?.reject(error),
    begun: false,
  };
}
