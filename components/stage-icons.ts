import { icon } from './icons.ts';

/* Icons of the call's own screens; loaded with them. Path data: Lucide (ISC licence), as in icons.ts. */

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
export const speakerIcon = icon(
  'M11 4.702a.705.705 0 0 0-1.203-.498L6.413 7.587A1.4 1.4 0 0 1 5.416 8H3a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2.416a1.4 1.4 0 0 1 .997.413l3.383 3.384A.705.705 0 0 0 11 19.298zM16 9a5 5 0 0 1 0 6M19.364 18.364a9 9 0 0 0 0-12.728',
);
export const backIcon = icon('m15 18-6-6 6-6', 'turns');
export const forwardIcon = icon('m9 18 6-6-6-6', 'turns');
export const switchCameraIcon = icon(
  'M11 19H4a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2h5M13 5h7a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2h-5M12 9a3 3 0 0 1 0 6 3 3 0 0 1 0-6zM18 22l-3-3 3-3M6 2l3 3-3 3',
);
