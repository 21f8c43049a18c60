import { html, nothing, type TemplateResult } from 'lit';
import type { NetworkQuality } from '../../src/engine/api/observer.ts';
import type { CallSnapshot } from '../../src/engine/api/snapshot.ts';
import { isPresent, othersOf, selfOf } from './members.ts';
import { safeName } from './names.ts';
import type { Messages } from '../messages/en.ts';

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
  /** Bars of three; null: not known yet. */
  readonly level: 0 | 1 | 2 | 3 | null;
  readonly ofSelf: boolean;
  /** Whose, where there is one name to say. */
  readonly name: string;
}

/** The worst connection among the two of a pair; one's own in a group. */
export function networkOf(state: CallSnapshot): Network {
  const self = selfOf(state);
  const own = { level: LEVEL[self?.quality ?? 'unknown'], ofSelf: true, name: '' };
  // What was measured before the connection was lost says nothing any more.
  if (state.phase === 'reconnecting') return { ...own, level: 0 };
  const peer = state.isGroup ? undefined : othersOf(state).find(isPresent);
  if (!peer) return own;
  const theirs = { level: LEVEL[peer.quality], ofSelf: false, name: safeName(peer.name) };
  return own.level !== null && own.level < (theirs.level ?? 4) ? own : theirs;
}

/** Three bars; whose connection and how good is said to screen readers. */
export function networkBars(
  { level, ofSelf, name }: Network,
  messages: Messages,
): TemplateResult | typeof nothing {
  if (level === null) return nothing;
  const label = `${ofSelf ? messages.ownNetwork : messages.peerNetwork(name)}: ${messages.networkLevel[level]}`;
  return html`<span class="bars level-${level}" role="img" aria-label=${label}
    ><i></i><i></i><i></i
  ></span>`;
}
