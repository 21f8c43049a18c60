import { Member, type BotOptions } from './member.ts';

/** A process that runs some simulated users, and executes the requests of its parent for them. */

/** One request of the parent. */
export interface Order {
  readonly id: number;
  readonly userId: string;
  readonly act: BotAct;
}

export type BotAct =
  | { readonly type: 'sign-in'; readonly options: BotOptions }
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

const bots = new Map<string, Member>();

process.on('message', (order: Order) => {
  carryOut(order).then(
    (value) => process.send?.({ id: order.id, value } satisfies Outcome),
    (error: unknown) => process.send?.({ id: order.id, error: String(error) } satisfies Outcome),
  );
});

/** Limit for the exit of this process when a call of LiveKit's library never returns. */
const LEAVES_WITHIN_MS = 5_000;

// The parent has exited or disconnects: all users leave.
process.on('disconnect', () => {
  setTimeout(() => process.exit(0), LEAVES_WITHIN_MS);
  void Promise.allSettled([...bots.values()].map((bot) => bot.destroy())).then(() =>
    process.exit(0),
  );
});

async function carryOut({ userId, act }: Order): Promise<unknown> {
  if (act.type === 'sign-in') {
    const bot = new Member(act.options);
    bots.set(userId, bot);
    return bot.signIn();
  }
  const bot = bots.get(userId);
  if (bot === undefined) throw new Error(`no bot is called ${userId}`);
  switch (act.type) {
    case 'answer':
      return bot.answer();
    case 'speak':
      return bot.speak(act.on);
    case 'camera':
      return bot.camera(act.on);
    case 'hangup':
      return bot.hangup();
    case 'enter':
      return bot.enter(act.url, act.token);
    case 'exit':
      return bot.exit();
    case 'trespass':
      return bot.trespass(act.token);
    case 'state':
      return bot.state();
  }
}
