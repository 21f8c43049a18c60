import { icon } from './icons.ts';

/* Icons of the screens of a running call; loaded with them. Path data: Lucide (ISC licence), as in icons.ts. */

const MONITOR =
  'M4 3h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zM12 17v4M8 21h8';

export const shareIcon = icon(`m9 10 3-3 3 3M12 13V7${MONITOR}`);
export const stopSharingIcon = icon(`m14.5 12.5-5-5M9.5 12.5l5-5${MONITOR}`);
export const moreIcon = icon('M5 12h.01M12 12h.01M19 12h.01', 'heavy');
export const minimiseIcon = icon(
  'M21 9V6a2 2 0 0 0-2-2H4a2 2 0 0 0-2 2v10c0 1.1.9 2 2 2h4M14 13h6a2 2 0 0 1 2 2v3a2 2 0 0 1-2 2h-6a2 2 0 0 1-2-2v-3a2 2 0 0 1 2-2z',
);
export const fullscreenIcon = icon(
  'M8 3H5a2 2 0 0 0-2 2v3M21 8V5a2 2 0 0 0-2-2h-3M3 16v3a2 2 0 0 0 2 2h3M16 21h3a2 2 0 0 0 2-2v-3',
);
export const exitFullscreenIcon = icon(
  'M8 3v3a2 2 0 0 1-2 2H3M21 8h-3a2 2 0 0 1-2-2V3M3 16h3a2 2 0 0 1 2 2v3M16 21v-3a2 2 0 0 1 2-2h3',
);
export const backIcon = icon('m15 18-6-6 6-6', 'turns');
export const forwardIcon = icon('m9 18 6-6-6-6', 'turns');
export const pinIcon = icon(
  'M12 17v5M9 10.76a2 2 0 0 1-1.11 1.79l-1.78.9A2 2 0 0 0 5 15.24V16a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1v-.76a2 2 0 0 0-1.11-1.79l-1.78-.9A2 2 0 0 1 15 10.76V7a1 1 0 0 1 1-1 2 2 0 0 0 0-4H8a2 2 0 0 0 0 4 1 1 0 0 1 1 1z',
);
const SHOULDERS = 'M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2M9 3a4 4 0 0 1 0 8 4 4 0 0 1 0-8z';
export const peopleIcon = icon(`${SHOULDERS}M16 3.128a4 4 0 0 1 0 7.744M22 21v-2a4 4 0 0 0-3-3.87`);
export const addPersonIcon = icon(`${SHOULDERS}M19 8v6M22 11h-6`);
export const gridIcon = icon('M4 4h6v6H4zM14 4h6v6h-6zM14 14h6v6h-6zM4 14h6v6H4z');
export const speakerViewIcon = icon('M4 4h16v9H4zM4 17h4v3H4zM10 17h4v3h-4zM16 17h4v3h-4z');
