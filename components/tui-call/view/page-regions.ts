import { html, nothing, type TemplateResult } from 'lit';
import { lists, REGIONS, type Customisation, type OwnButton } from '../../shared/customisation.ts';
import { memberOf } from '../../shared/members.ts';
import type { ViewElement } from './view-host.ts';

const NO_BUTTONS: readonly OwnButton[] = [];

const isRegion = (slot: string): boolean =>
  REGIONS.some((region) => region === slot) || slot.startsWith('tile-');

/** Gives the page's content of each region the state it needs. Returns the slots that the page fills. */
export function fillRegions({ children, state }: ViewElement): string {
  const regions = [...children].filter(({ slot }) => isRegion(slot));
  for (const region of regions) {
    const userId = /^tile-(.*)/.exec(region.slot)?.[1] ?? null;
    const member = userId === null ? undefined : memberOf(state, userId);
    Object.assign(region, { callState: state, ...(member && { member }) });
  }
  return [...new Set(regions.map(({ slot }) => slot))].join(' ');
}

/** What the page has set. Frameworks write null and undefined for a missing value. */
export function customisationOf(
  element: ViewElement,
  slots: string,
  icons: Customisation['icons'],
): Customisation {
  return {
    mirror: element.mirror,
    stageBackground: element.stageBackground ?? '',
    selfBackground: element.selfBackground ?? '',
    backgroundFor: element.backgroundFor ?? null,
    hiddenButtons: element.hiddenButtons ?? '',
    buttonOrder: element.buttonOrder ?? '',
    buttons: element.buttons ?? NO_BUTTONS,
    slots,
    icons,
  };
}

/** Passes on what the page slots into the only region of a component. */
export const regionSlot = (slots: string, name: string): TemplateResult | typeof nothing =>
  lists(slots, name) ? html`<slot name=${name}></slot>` : nothing;

/** Passes on what the page slots into the regions of a stage. */
export const stageSlots = (slots: string): readonly TemplateResult[] =>
  slots
    .split(' ')
    .filter((name) => name && name !== 'incoming' && name !== 'ended')
    .map((name) => html`<slot name=${name} slot=${name}></slot>`);
