import type { ElementEngine } from './dependencies.ts';

type AttributeText = string | null | undefined;

/** Who is to be signed in, as the attributes say. Frameworks write `null` and `undefined` for a missing value. */
export interface SignInAttributes {
  readonly server: AttributeText;
  readonly userId: AttributeText;
  readonly userSig: AttributeText;
  readonly nickname: AttributeText;
  readonly avatar: AttributeText;
}

type WantedSignIn = { readonly [Key in keyof SignInAttributes]: string };

/** The engine has been asked to sign this user in, and has not been asked to sign out since. */
interface Session {
  wanted: WantedSignIn;
  /** The engine refused. Another signature is tried from the start. */
  failed: boolean;
}

/**
 * Keeps the engine signed in as the attributes say, or signed out. The user of the attributes and the user of the
 * session never differ: another `userId` or `server` ends the session first, and a signature that signed one user in
 * is never sent for another.
 */
export class SignInController {
  #session: Session | null = null;
  #attempt = newAttempt();
  /** The newest signature that the server accepted, and whose it is. */
  #accepted: { readonly userSig: string; readonly userId: string } | null = null;

  /** Settles when the user of these attributes is signed in; pending while an attribute is missing. */
  ready(identity: SignInAttributes): Promise<void> {
    const wanted = wantedOf(identity);
    const session = this.#session;
    const retried = session?.failed && session.wanted.userSig !== wanted.userSig;
    if (session && (retried || !isComplete(wanted) || !isSameUser(session.wanted, wanted))) {
      this.#renewAttempt();
    }
    return this.#attempt.promise;
  }

  /** Makes the engine's session match `identity`; does nothing when it matches already. */
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
      ignoreFailure(engine.setSelfInfo(wanted.nickname, wanted.avatar));
    }
  }

  /** The engine is destroyed: the next one signs in from the start. */
  forget(): void {
    this.#session = null;
    this.#renewAttempt();
  }

  #signIn(engine: ElementEngine, wanted: WantedSignIn): void {
    this.#renewAttempt();
    const attempt = this.#attempt;
    attempt.begun = true;
    const session: Session = { wanted, failed: false };
    this.#session = session;
    const { server, userId, userSig, nickname, avatar } = wanted;
    const names = { ...(nickname && { nickname }), ...(avatar && { avatar }) };
    engine.init({ server, userId, userSig, ...names }).then(
      () => {
        this.#accepted = { userSig, userId };
        attempt.resolve();
      },
      (error: unknown) => {
        session.failed = true;
        attempt.reject(error);
      },
    );
  }

  #renew(engine: ElementEngine, { userSig, userId }: WantedSignIn): void {
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

  /** The page has named another user and has not set that user's signature yet. */
  #isOfAnotherUser({ userSig, userId }: WantedSignIn): boolean {
    const accepted = this.#accepted;
    return accepted?.userSig === userSig && accepted.userId !== userId;
  }

  #renewAttempt(): void {
    if (this.#attempt.begun) this.#attempt = newAttempt();
  }
}

/** A copy: the element's properties are accessors, which change later. */
function wantedOf({ server, userId, userSig, nickname, avatar }: SignInAttributes): WantedSignIn {
  return {
    server: server ?? '',
    userId: userId ?? '',
    userSig: userSig ?? '',
    nickname: nickname ?? '',
    avatar: avatar ?? '',
  };
}

function isComplete({ server, userId, userSig }: WantedSignIn): boolean {
  return server !== '' && userId !== '' && userSig !== '';
}

function isSameUser(a: WantedSignIn, b: WantedSignIn): boolean {
  return a.server === b.server && a.userId === b.userId;
}

/** The engine reports a failure to its observers. */
function ignoreFailure(promise: Promise<unknown>): void {
  promise.catch(() => undefined);
}

interface Attempt {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
  /** The engine has been asked to sign in, and settles the promise. */
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
