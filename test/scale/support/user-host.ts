import { Member, type UserOptions } from './member.ts';

/** A process that runs some simulated users, and executes the requests of its parent for them. */

/** One request of the parent. */
export interface Order {
  readonly id: number;
  readonly userId: string;
  readonly act: UserAction;
}

export type UserAction =
  | { readonly type: 'sign-in'; readonly options: UserOptions }
  | { readonly type: 'answer' }
  | { readonly type: 'speak'; readonly on: boolean }
  | { readonly type: 'camera'; readonly on: boolean }
  | { readonly type: 'hangup' }
  | { readonly type: 'enter'; readonly url: string; readonly token: string }
  | { readonly type: 'exit' }
  | { readonly type: 'trespass'; readonly token: 'first' | 'last' }
  | { readonly type: 'state' };

/** The result of a request. */
export interface Outcome {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

const users = new Map<string, Member>();

process.on('message', (order: Order) => {
  execute(order).then(
    (value) => process.send?.({ id: order.id, value } satisfies Outcome),
    (error: unknown) => process.send?.({ id: order.id, error: String(error) } satisfies Outcome),
  );
});

/** Limit for the exit of this process when a call of LiveKit's library never returns. */
const LEAVES_WITHIN_MS = 5_000;

// The parent has exited or disconnects: all users leave.
process.on('disconnect', () => {
  setTimeout(() => process.exit(0), LEAVES_WITHIN_MS);
  void Promise.allSettled([...users.values()].map((user) => user.destroy())).then(() =>
    process.exit(0),
  );
});

async function execute({ userId, act }: Order): Promise<unknown> {
  if (act.type === 'sign-in') {
    const user = new Member(act.options);
    users.set(userId, user);
    return user.signIn();
  }
  const user = users.get(userId);
  if (user === undefined) throw new Error(`no user is called ${userId}`);
  switch (act.type) {
    case 'answer':
      return user.answer();
    case 'speak':
      return user.speak(act.on);
    case 'camera':
      return user.camera(act.on);
    case 'hangup':
      return user.hangup();
    case 'enter':
      return user.enter(act.url, act.token);
    case 'exit':
      return user.exit();
    case 'trespass':
      return user.reenter(act.token);
    case 'state':
      return user.state();
  }
}
