import type { ViewSettings } from '../../shared/call-context.ts';
import type { ElementDependencies } from '../session/dependencies.ts';

type ViewSettingsInputs = Pick<
  ViewSettings,
  'messages' | 'layout' | 'fillMode' | 'contacts' | 'ringBlocked' | 'effects' | 'backgrounds'
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
  const { messages, layout, fillMode, contacts, ringBlocked, mode, server, inFullscreen } = inputs;
  const { effects, backgrounds } = inputs;
  return {
    messages,
    layout,
    fillMode,
    contacts,
    ringBlocked,
    effects: dependencies?.engine.effects ?? effects,
    backgrounds,
    canShareScreen: dependencies?.canShareScreen ?? false,
    canFullscreen: document.fullscreenEnabled,
    fullscreen: inFullscreen,
    canMinimise: mode !== 'inline',
    online: dependencies?.isOnline() ?? true,
    trustedOrigins: URL.canParse(server) ? [new URL(server).origin] : [],
  };
}
