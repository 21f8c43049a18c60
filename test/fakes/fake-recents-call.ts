import { register } from '../../components/shared/register.ts';
import type { CallElement } from '../../components/tui-call-recents/call-element.ts';
import type { RecentPage } from '../../src/engine/state/effects.ts';
import type { RecentOptions } from '../../src/engine/engine-commands.ts';
import type { CallSnapshot } from '../../src/engine/api/snapshot.ts';
import type { CallId, RecentCall, UserId } from '../../src/protocol/index.ts';
import { idle } from './call-scenes.ts';

type RecordedCall = readonly [method: string, ...args: unknown[]];

/** A `<tui-call>` for tests of the recent calls: has a list like the server's; can reject and delay commands. */
export class FakeRecentsCall extends HTMLElement implements CallElement {
  state: CallSnapshot = idle;
  server = 'https://calls.example';
  theme: 'auto' | 'light' | 'dark' = 'auto';
  recent: readonly RecentCall[] = [];
  readonly asked: RecordedCall[] = [];
  readonly refusals = new Map<string, Error>();
  /** Delayed results; the test resolves them. */
  readonly kept: (() => void)[] = [];
  keepsAnswers = false;

  show(state: CallSnapshot): void {
    this.state = state;
    this.dispatchEvent(new CustomEvent('state-changed', { bubbles: true, composed: true }));
  }

  async queryRecentCalls({ limit = 20, cursor = null }: RecentOptions = {}): Promise<RecentPage> {
    await this.#take('queryRecentCalls', { limit, cursor });
    // A cursor stays valid when its call is deleted.
    const behind = this.recent.filter(({ startedAt }) => startedAt < Number(cursor ?? Infinity));
    const calls = behind.slice(0, limit);
    return { calls, cursor: behind.length > limit ? String(calls.at(-1)?.startedAt) : null };
  }

  async deleteRecentCalls(callIds: readonly string[]): Promise<void> {
    await this.#take('deleteRecentCalls', callIds);
    this.recent = this.recent.filter(({ callId }) => !callIds.includes(callId));
  }

  async calls(...args: Parameters<CallElement['calls']>): Promise<{ callId: string }> {
    await this.#take('calls', ...args);
    return { callId: 'call-made-by-the-fake' };
  }

  async #take(...asked: [string, ...unknown[]]): Promise<void> {
    this.asked.push(asked);
    if (this.keepsAnswers) await new Promise<void>((resolve) => this.kept.push(resolve));
    const refusal = this.refusals.get(asked[0]);
    if (refusal) throw refusal;
  }
}

register({ 'fake-recents-call': FakeRecentsCall });

export function peer(id: string, nickname = ''): RecentCall['peers'][number] {
  return { userId: id as UserId, nickname, avatar: '' };
}

/** A recent call: a missed video call from Mina, with the given changes. */
export function recent(id: string, more: Partial<RecentCall> = {}): RecentCall {
  return {
    callId: `call-${id}` as CallId,
    direction: 'incoming',
    mediaType: 'video',
    groupId: '',
    isGroup: false,
    outcome: 'missed',
    peers: [peer('mina', 'Mina Kim')],
    startedAt: Date.UTC(2026, 4, 4, 9),
    durationMs: 0,
    ...more,
  };
}

/** One recent call of each outcome, the newest first, up to `now`. */
export function eachKind(now: number): readonly RecentCall[] {
  const [minute, hour] = [60_000, 3_600_000];
  const outgoing = { direction: 'outgoing' } as const;
  return [
    recent('missed', { startedAt: now - 4 * minute }),
    recent('answered', {
      outcome: 'answered',
      peers: [peer('rossi', 'Dr. Rossi')],
      startedAt: now - 3 * hour,
      durationMs: 754_000,
    }),
    recent('group', {
      ...outgoing,
      outcome: 'answered',
      mediaType: 'audio',
      isGroup: true,
      peers: [peer('jonas', 'Jonas P.'), peer('eve', 'Eve Okafor'), peer('li', 'Li Wei')],
      startedAt: now - 26 * hour,
      durationMs: 3_905_000,
    }),
    recent('no-response', {
      ...outgoing,
      outcome: 'no-response',
      peers: [peer('sam', 'Sam Ortiz')],
      startedAt: now - 50 * hour,
    }),
    recent('busy', {
      ...outgoing,
      outcome: 'busy',
      mediaType: 'audio',
      peers: [peer('tom', 'Tom Weber')],
      startedAt: now - 75 * hour,
    }),
    recent('rejected', {
      outcome: 'rejected',
      mediaType: 'audio',
      peers: [peer('wil', 'Wilhelmina Featherstonehaugh-Cholmondeley')],
      startedAt: now - 12 * 24 * hour,
    }),
    recent('cancelled', {
      ...outgoing,
      outcome: 'cancelled',
      peers: [peer('zoe')],
      startedAt: now - 400 * 24 * hour,
    }),
  ];
}
