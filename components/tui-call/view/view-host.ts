import type { CallSnapshot } from '../../../src/engine/api/snapshot.ts';
import type { ErrorShape } from '../../../src/protocol/index.ts';
import type { ViewSettings } from '../../shared/call-context.ts';
import type { Customisation, OwnButton } from '../../shared/customisation.ts';
import type { Labels } from '../../messages/en-effects.ts';
import type { ElementDependencies, RingAlert, SystemCall } from '../session/dependencies.ts';
import type { EffectProperties } from '../session/effect-properties.ts';

/** Inputs of the view beside the engine's state and the attributes. */
export interface ViewInputs {
  /** undefined while the element has no session. */
  readonly dependencies: ElementDependencies | undefined;
  /** Error of the newest intent; null if it succeeded. */
  readonly failure: ErrorShape | null;
  readonly minimised: boolean;
  /** Key of the pinned tile; null: none. */
  readonly pinned: string | null;
  /** True if the page shows its own screen for this incoming call. */
  readonly customIncoming: boolean;
  /** True if the page shows its own screen for this waiting call. */
  readonly customWaiting: boolean;
  /** True while the browser blocks the ringtone until the user interacts with the page. */
  readonly ringBlocked: boolean;
  readonly preview: MediaStream | null;
}

/** The members of `<tui-call>` that its view uses. */
export interface ViewElement extends EffectProperties {
  readonly state: CallSnapshot;
  readonly server: string;
  readonly mode: 'floating' | 'inline' | 'fullscreen';
  readonly fillMode: ViewSettings['fillMode'];
  readonly mirror: Customisation['mirror'];
  readonly stageBackground: string;
  readonly selfBackground: string;
  readonly backgroundFor: Customisation['backgroundFor'];
  readonly hiddenButtons: string;
  readonly buttonOrder: string;
  readonly buttons: readonly OwnButton[];
  readonly icons: Readonly<Record<string, string>>;
  readonly labels: Labels;
  layout: ViewSettings['layout'];
  contacts: ViewSettings['contacts'];
  minimise(on: boolean): Promise<void>;
  setFullscreen(on: boolean): Promise<void>;
}

/** The element, and the inputs and callbacks of its view. */
export interface ViewHost {
  readonly element: ViewElement;
  /** The live region. It exists from the start, because screen readers announce only its changes. */
  readonly status: HTMLElement;
  inputs(): ViewInputs;
  /** Reports that an intent begins (null), or the error with which it failed. */
  intentFinished(error: unknown): void;
  /** Sets the pinned tile; null unpins. */
  pinTile(tile: string | null): void;
  /** The call for the system's controls; null: none. */
  showInSystem(call: SystemCall | null): void;
  /** The ring to show outside of the page; null: none. */
  alert(ring: RingAlert | null): void;
  /** Opens or closes the preview of the user's own camera. */
  preview(wanted: boolean): void;
}
