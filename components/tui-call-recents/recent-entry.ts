import type { RecentCall } from '../../src/protocol/index.ts';
import { HANDSET, icon, type Icon } from '../shared/icons.ts';
import { safeName } from '../shared/names.ts';
import type { Messages } from '../messages/en.ts';

/* Path data: Lucide (ISC licence), as in icons.ts. */
/** In outline, like the other icons of the list. */
export const callIcon = icon(HANDSET);
const incomingIcon = icon(`M16 2v6h6M22 2l-6 6${HANDSET}`, 'turns');
const outgoingIcon = icon(`m16 8 6-6M22 8V2h-6${HANDSET}`, 'turns');
const missedIcon = icon(`m16 2 6 6M22 2l-6 6${HANDSET}`);
export const deleteIcon = icon(
  'M10 11v6M14 11v6M19 6v14a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V6M3 6h18M8 6V4a2 2 0 0 1 2-2h4a2 2 0 0 1 2 2v2',
);
export const listIcon = icon(
  'M3 12a9 9 0 1 0 9-9 9.75 9.75 0 0 0-6.74 2.74L3 8M3 3v5h5M12 7v5l4 2',
);

/** The peers of the call in short: "Mina", "Mina and 2 others". */
export function peersText({ peers }: RecentCall, messages: Messages): string {
  const [first] = peers;
  if (!first) return messages.groupCall;
  const name = safeName(first.nickname || first.userId);
  return peers.length === 1 ? name : messages.andOthers(name, peers.length - 1);
}

/** The direction of the call, and the outcome if it was not answered; `missed` includes both. */
export function outcomeTexts(
  { direction, outcome }: RecentCall,
  { recents }: Messages,
): readonly [way: string, end: string] {
  if (outcome === 'answered') return ['', recents[direction]];
  return outcome === 'missed'
    ? ['', recents.missed]
    : [`${recents[direction]} · `, recents[outcome]];
}

export const isMissed = ({ outcome }: RecentCall): boolean => outcome === 'missed';

export function outcomeIcon(call: RecentCall): Icon {
  if (isMissed(call)) return missedIcon;
  return call.direction === 'incoming' ? incomingIcon : outgoingIcon;
}

/**
 * Origins whose pictures may load. Any origin for a call that this user made or answered. Loading the picture of an
 * unknown caller would reveal that the user is online.
 */
export function trustedOrigins(
  { direction, outcome }: RecentCall,
  server: string,
): readonly string[] | undefined {
  if (direction === 'outgoing' || outcome === 'answered') return undefined;
  return URL.canParse(server) ? [new URL(server).origin] : [];
}
