import { html, nothing, type TemplateResult } from 'lit';
import type { NetworkQuality } from '../../src/engine/api/observer.ts';
import type { CallSnapshot } from '../../src/engine/api/snapshot.ts';
import { isPresent, othersOf, selfOf } from './members.ts';
import { safeName } from './names.ts';
import type { CallMessages } from '../messages/call.ts';

const LEVEL: Readonly<Record<NetworkQuality, 0 | 1 | 2 | 3 | null>> = {
  unknown: null,
  excellent: 3,
  good: 3,
  poor: 2,
  bad: 1,
  vBad: 1,
  down: 0,
};

export interface Network {
  /** Number of bars, at most 3; null: not known yet. */
  readonly level: 0 | 1 | 2 | 3 | null;
  readonly ofSelf: boolean;
  /** Name of the member with this quality, if it is one member. */
  readonly name: string;
}

/** The worse connection of a pair; in a group the user's own connection. */
export function networkOf(state: CallSnapshot): Network {
  const self = selfOf(state);
  const own = { level: LEVEL[self?.quality ?? 'unknown'], ofSelf: true, name: '' };
  // A measurement from before the connection was lost is no longer valid.
  if (state.phase === 'reconnecting') return { ...own, level: 0 };
  const peer = state.isGroup ? undefined : othersOf(state).find(isPresent);
  if (!peer) return own;
  const theirs = { level: LEVEL[peer.quality], ofSelf: false, name: safeName(peer.name) };
  return own.level !== null && own.level < (theirs.level ?? 4) ? own : theirs;
}

/** Renders three bars. Screen readers get the member and the quality as text. */
export function networkBars(
  { level, ofSelf, name }: Network,
  messages: CallMessages,
): TemplateResult | typeof nothing {
  if (level === null) return nothing;
  const label = `${ofSelf ? messages.ownNetwork : messages.peerNetwork(name)}: ${messages.networkLevel[level]}`;
  return html`<span class="bars level-${level}" role="img" aria-label=${label}
    ><i></i><i></i><i></i
  ></span>`;
}
