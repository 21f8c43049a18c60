import type { ViewSettings } from '../../shared/call-context.ts';
import { lists, type ButtonName } from '../../shared/customisation.ts';
import type { ElementDependencies } from '../session/dependencies.ts';

type ViewSettingsInputs = Pick<
  ViewSettings,
  'messages' | 'layout' | 'fillMode' | 'contacts' | 'ringBlocked' | 'pinned' | 'custom'
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
  const { messages, layout, fillMode, ringBlocked, pinned, custom, mode, server, inFullscreen } =
    inputs;
  const shows = (name: ButtonName): boolean => !lists(custom.hiddenButtons, name);
  return {
    messages,
    layout,
    fillMode,
    contacts: shows('invite') ? inputs.contacts : null,
    ringBlocked,
    pinned,
    custom,
    canShareScreen: shows('screen-share') && (dependencies?.canShareScreen ?? false),
    canFullscreen: shows('fullscreen') && document.fullscreenEnabled,
    fullscreen: inFullscreen,
    canMinimise: shows('minimise') && mode !== 'inline',
    online: dependencies?.isOnline() ?? true,
    trustedOrigins: URL.canParse(server) ? [new URL(server).origin] : [],
  };
}
