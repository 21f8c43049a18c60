import { icon } from './icons.ts';

/* Icons of the menu, the people panel and other calls; loaded with them. Path data: Lucide (ISC licence). */

export const speakerIcon = icon(
  'M11 4.702a.705.705 0 0 0-1.203-.498L6.413 7.587A1.4 1.4 0 0 1 5.416 8H3a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2.416a1.4 1.4 0 0 1 .997.413l3.383 3.384A.705.705 0 0 0 11 19.298zM16 9a5 5 0 0 1 0 6M19.364 18.364a9 9 0 0 0 0-12.728',
);
export const switchCameraIcon = icon(
  'M11 19H4a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2h5M13 5h7a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2h-5M12 9a3 3 0 0 1 0 6 3 3 0 0 1 0-6zM18 22l-3-3 3-3M6 2l3 3-3 3',
);
export const checkIcon = icon('M20 6 9 17l-5-5');
export const pauseIcon = icon('M15 4h3v16h-3zM6 4h3v16H6z', 'solid');
// Lucide's sparkles, with straight edges.
export const effectsIcon = icon(
  'm12 3 2.2 6.8L21 12l-6.8 2.2L12 21l-2.2-6.8L3 12l6.8-2.2zM20 2v4M22 4h-4',
);
