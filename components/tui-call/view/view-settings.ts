import type { ViewSettings } from '../../shared/call-context.ts';
import { lists, type ButtonName } from '../../shared/customisation.ts';
import type { ElementDependencies } from '../session/dependencies.ts';

type ViewSettingsInputs = Pick<
  ViewSettings,
  | 'messages'
  | 'layout'
  | 'fillMode'
  | 'contacts'
  | 'ringBlocked'
  | 'effects'
  | 'backgrounds'
  | 'pinned'
  | 'custom'
> & {
  readonly mode: 'floating' | 'inline' | 'fullscreen';
  readonly server: string;
  readonly inFullscreen: boolean;
};

/** Creates the settings of the components from the attributes and the abilities of the browser. */
export function viewSettings(
  inputs: ViewSettingsInputs,
  dependencies: ElementDependencies | undefined,
): ViewSettings {
  const { mode, server, inFullscreen, ...settings } = inputs;
  const shows = (name: ButtonName): boolean => !lists(settings.custom.hiddenButtons, name);
  return {
    ...settings,
    contacts: shows('invite') ? settings.contacts : null,
    canShareScreen: shows('screen-share') && (dependencies?.canShareScreen ?? false),
    canFullscreen: shows('fullscreen') && document.fullscreenEnabled,
    fullscreen: inFullscreen,
    canMinimise: shows('minimise') && mode !== 'inline',
    online: dependencies?.isOnline() ?? true,
    trustedOrigins: URL.canParse(server) ? [new URL(server).origin] : [],
  };
}
