import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { CallMember, CallSnapshot } from '../../src/engine/api/snapshot.ts';
import { lists } from '../shared/customisation.ts';
import { TuiIntentEvent } from '../shared/events.ts';
import { memberOf } from '../shared/members.ts';
import { LazyMessagesController } from '../shared/lazy-messages-controller.ts';
import { backIcon, forwardIcon } from '../shared/call-icons.ts';
import { shared } from '../styles/shared.ts';
import { nameOf } from '../tui-call-tile/tui-call-tile.ts';
import { Flip } from './flip.ts';
import { activeSpeaker, arrange, type Arrangement, type PlacedTile } from './layout.ts';
import { styles } from './tui-call-grid.styles.ts';

/** The messages of a press on the user's own tile. */
const OWN_ACTIONS = { showLarge: 'showSelfLarge', pin: 'pinSelf', unpin: 'unpinSelf' } as const;

/**
 * The tiles of all members: two as one large and one small tile, more in a grid or beside the active speaker; a
 * shared screen is large. In a group a press on a tile pins it; the arrow keys move between tiles.
 *
 * @tagname tui-call-grid
 * @slot tile-<userId> - Content of the page in a member's tile.
 * @fires {TuiIntentEvent} tui-intent - pin
 * @csspart tile - The tile of a member.
 */
export class TuiCallGrid extends LitElement {
  static override styles = [shared, styles];

  @state() private page = 0;

  readonly #call = new LazyMessagesController(this, (call, { layout, pinned, custom }) => ({
    call,
    layout,
    pinned,
    slots: custom.slots,
  }));
  readonly #flip = new Flip();
  #arrangementKey = '';
  #speaker: string | null = null;
  /** The tile that had the focus last. */
  #tabStop = '';

  protected override willUpdate(): void {
    const { value } = this.#call;
    if (!value) return;
    this.#speaker = activeSpeaker(value.call, this.#speaker);
  }

  override render(): TemplateResult | typeof nothing {
    const { value } = this.#call;
    if (!value) return nothing;
    const stage = arrange(value.call, {
      layout: value.layout,
      chosen: value.pinned,
      speaker: this.#speaker,
      page: this.page,
    });
    this.#prepareMove(stage);
    return html`<div class="stage ${stage.kind}" @keydown=${this.#onKey} @focusin=${this.#onFocus}>
        ${repeat(
          stage.tiles,
          ({ key }) => key,
          (tile) => this.#renderTile(tile, stage, value.call),
        )}
      </div>
      ${stage.pages > 1 ? this.#renderPages(stage) : nothing}`;
  }

  #renderTile(tile: PlacedTile, { kind }: Arrangement, call: CallSnapshot): TemplateResult {
    const member = memberOf(call, tile.userId);
    // In a pair the name is in the header of the stage.
    const plain = kind === 'pair';
    const pinned = !plain && tile.key === this.#call.value?.pinned;
    return html`<div class="place ${tile.place}" part="tile">
      <tui-call-tile
        ?plain=${plain}
        ?pinned=${pinned}
        exportparts="video, plate, background"
        .userId=${tile.userId}
        .source=${tile.source}
        >${this.#renderSlot(tile)}</tui-call-tile
      >
      ${member ? this.#renderPress(tile, plain, member) : nothing}
    </div>`;
  }

  /** Passes on what the page slots into this tile. */
  #renderSlot({ userId, source }: PlacedTile): TemplateResult | typeof nothing {
    const name = `tile-${userId}`;
    return source === 'camera' && lists(this.#call.value?.slots ?? '', name)
      ? html`<slot name=${name} slot="tile"></slot>`
      : nothing;
  }

  /** Handles a press on a tile: exchanges the two tiles of a pair; pins or unpins a tile of a group. */
  #renderPress(
    { key, place, source }: PlacedTile,
    isPair: boolean,
    member: CallMember,
  ): TemplateResult | typeof nothing {
    const { messages } = this.#call;
    if (isPair && place === 'big') return nothing;
    const pinned = !isPair && key === this.#call.value?.pinned;
    const action = isPair ? 'showLarge' : pinned ? 'unpin' : 'pin';
    const label = member.isSelf
      ? messages[OWN_ACTIONS[action]]
      : messages[action](nameOf(member, source, messages));
    return html`<button
      type="button"
      class="press"
      data-key=${key}
      aria-label=${label}
      @click=${() => this.dispatchEvent(new TuiIntentEvent({ type: 'pin', tile: pinned ? null : key }))}
    ></button>`;
  }

  #renderPages({ page, pages }: Arrangement): TemplateResult {
    const { messages } = this.#call;
    return html`<div class="pages">
      <tui-call-button
        .label=${messages.previousPage}
        ?hidden=${page === 0}
        @click=${() => (this.page = page - 1)}
        >${backIcon}</tui-call-button
      >
      <span>${messages.page(page + 1, pages)}</span>
      <tui-call-button
        .label=${messages.nextPage}
        ?hidden=${page === pages - 1}
        @click=${() => (this.page = page + 1)}
        >${forwardIcon}</tui-call-button
      >
    </div>`;
  }

  protected override updated(_changed: PropertyValues<this>): void {
    this.#flip.play();
    this.#keepOneTabStop();
  }

  /** All tiles are one tab stop: the tile that had the focus last, or the first one (roving tabindex). */
  #keepOneTabStop(): void {
    const presses = this.#presses();
    const stop = presses.find(({ dataset }) => dataset['key'] === this.#tabStop) ?? presses[0];
    for (const press of presses) press.tabIndex = press === stop ? 0 : -1;
  }

  #presses(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('.press')];
  }

  #onFocus({ target }: FocusEvent): void {
    if (target instanceof HTMLElement) this.#tabStop = target.dataset['key'] ?? '';
    this.#keepOneTabStop();
  }

  #onKey(event: KeyboardEvent): void {
    const presses = this.#presses();
    const at = presses.findIndex((press) => press === event.target);
    const rightward = getComputedStyle(this).direction === 'rtl' ? -1 : 1;
    const step = { ArrowRight: rightward, ArrowLeft: -rightward, ArrowDown: 1, ArrowUp: -1 }[
      event.key
    ];
    const next = step && at >= 0 ? presses.at((at + step) % presses.length) : undefined;
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  /** Stores the positions of the tiles if the next rendering moves one. */
  #prepareMove(stage: Arrangement): void {
    const rows = (columns: number): string => String(Math.ceil(stage.tiles.length / columns));
    this.style.setProperty('--_columns-wide', String(stage.columnsWide));
    this.style.setProperty('--_columns-tall', String(stage.columnsTall));
    this.style.setProperty('--_rows-wide', rows(stage.columnsWide));
    this.style.setProperty('--_rows-tall', rows(stage.columnsTall));
    const next = stage.kind + stage.tiles.map(({ key, place }) => key + place).join();
    if (this.#arrangementKey && next !== this.#arrangementKey)
      this.#flip.capture(this.renderRoot.querySelectorAll('.place'));
    this.#arrangementKey = next;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tui-call-grid': TuiCallGrid;
  }
}
