import type { ViewSettings } from '../call-context.ts';
import type { CallParts } from './call-parts.ts';

type Wishes = Pick<ViewSettings, 'words' | 'layout' | 'fillMode' | 'contacts' | 'ringBlocked'> & {
  readonly mode: 'floating' | 'inline' | 'fullscreen';
  readonly server: string;
  readonly inFullscreen: boolean;
};

/** What the components are told of the page's wishes and the browser's abilities. */
export function viewOf(wishes: Wishes, parts: CallParts | undefined): ViewSettings {
  const { words, layout, fillMode, contacts, ringBlocked, mode, server, inFullscreen } = wishes;
  return {
    words,
    layout,
    fillMode,
    contacts,
    ringBlocked,
    canShareScreen: parts?.canShareScreen ?? false,
    canFullscreen: document.fullscreenEnabled,
    fullscreen: inFullscreen,
    canMinimise: mode !== 'inline',
    online: parts?.isOnline() ?? true,
    trustedOrigins: URL.canParse(server) ? [new URL(server).origin] : [],
  };
}
