import type { Icon } from './icons.ts';

/** A button that the page adds to the bar of a running call. */
export interface OwnButton {
  /** Unique among the page's buttons; a name for `button-order`. */
  readonly id: string;
  /** Accessible name and tooltip; the text of the button if it has no icon. Plain text. */
  readonly label: string;
  /** SVG text of the icon: shapes only. */
  readonly icon?: string;
  readonly onClick: (event: Event) => void;
}

/** The built-in buttons that a page can hide. */
export type ButtonName =
  | 'microphone'
  | 'camera'
  | 'screen-share'
  | 'more'
  | 'invite'
  | 'minimise'
  | 'fullscreen'
  | 'picture-in-picture'
  | 'record';

/** The icons that a page can replace. */
export type IconName =
  | 'accept'
  | 'accept-video'
  | 'decline'
  | 'hang-up'
  | 'microphone'
  | 'microphone-off'
  | 'camera'
  | 'camera-off'
  | 'screen-share'
  | 'stop-screen-share'
  | 'more'
  | 'minimise'
  | 'fullscreen'
  | 'exit-fullscreen';

/** The regions of the widget that a page can fill with its own content, beside `tile-<userId>`. */
export const REGIONS = ['header', 'control-bar', 'incoming', 'ended'] as const;

/** What a page changes in the components. One immutable value; lists of names are separated by spaces. */
export interface Customisation {
  readonly mirror: 'auto' | 'on' | 'off';
  /** URL of the picture behind the videos; '': none. */
  readonly stageBackground: string;
  /** URL of the picture behind the user's own tile without video; '': none. */
  readonly selfBackground: string;
  /** URL of the picture behind another member without video. */
  readonly backgroundFor: ((userId: string) => string | null) | null;
  readonly hiddenButtons: string;
  readonly buttonOrder: string;
  readonly buttons: readonly OwnButton[];
  /** Returns the page's icon of this name; null without own icons. */
  readonly icons: ((name: string) => Icon | undefined) | null;
  /** The slots that the page fills. */
  readonly slots: string;
}

export const NOT_CUSTOMISED: Customisation = {
  mirror: 'auto',
  stageBackground: '',
  selfBackground: '',
  backgroundFor: null,
  hiddenButtons: '',
  buttonOrder: '',
  buttons: [],
  icons: null,
  slots: '',
};

/** True if a list of names, separated by spaces, contains this name. */
export const lists = (names: string, name: string): boolean => names.split(/\s+/).includes(name);

/** Sorts by a list of names; what it does not name keeps its order and follows. */
export function inOrder<T extends { readonly name: string }>(
  all: readonly T[],
  order: string,
): T[] {
  const names = order.split(/\s+/);
  const rank = ({ name }: T): number => (names.includes(name) ? names.indexOf(name) : names.length);
  return all.toSorted((a, b) => rank(a) - rank(b));
}
