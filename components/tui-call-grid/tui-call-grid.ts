import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { CallSnapshot } from '../../src/engine/snapshot.ts';
import { memberOf } from '../members.ts';
import { StageController } from '../stage-controller.ts';
import { backIcon, forwardIcon } from '../stage-icons.ts';
import { shared } from '../styles/shared.ts';
import { nameOf } from '../tui-call-tile/tui-call-tile.ts';
import { Flip } from './flip.ts';
import { arrange, type Arrangement, type PlacedTile } from './layout.ts';
import { styles } from './tui-call-grid.styles.ts';

/**
 * Everybody in the call: two as one large and one small picture, more in a grid, a shared screen large.
 *
 * @tagname tui-call-grid
 * @csspart tile - One member's picture.
 */
export class TuiCallGrid extends LitElement {
  static override styles = [shared, styles];

  @state() private chosen: string | null = null;
  @state() private page = 0;

  readonly #call = new StageController(this, (call, { layout }) => ({ call, layout }));
  readonly #flip = new Flip();
  #shown = '';

  override render(): TemplateResult | typeof nothing {
    const { value } = this.#call;
    if (!value) return nothing;
    const stage = arrange(value.call, {
      layout: value.layout,
      chosen: this.chosen,
      page: this.page,
    });
    this.#prepareMove(stage);
    return html`<div class="stage ${stage.kind}">
        ${repeat(
          stage.tiles,
          ({ key }) => key,
          (tile) => this.#renderTile(tile, stage, value.call),
        )}
      </div>
      ${stage.pages > 1 ? this.#renderPages(stage) : nothing}`;
  }

  #renderTile(tile: PlacedTile, { kind }: Arrangement, call: CallSnapshot): TemplateResult {
    const { words } = this.#call;
    const member = memberOf(call, tile.userId);
    // In a pair the name stands in the stage's header.
    const plain = kind === 'pair';
    return html`<div class="place ${tile.place}" part="tile">
      <tui-call-tile ?plain=${plain} .userId=${tile.userId} .source=${tile.source}></tui-call-tile>
      ${
        tile.place === 'small' && member
          ? html`<button
              type="button"
              class="swap"
              aria-label=${words.showLarge(nameOf(member, tile.source, words))}
              @click=${() => (this.chosen = tile.key)}
            ></button>`
          : nothing
      }
    </div>`;
  }

  #renderPages({ page, pages }: Arrangement): TemplateResult {
    const { words } = this.#call;
    return html`<div class="pages">
      <tui-call-button
        .label=${words.previousPage}
        ?hidden=${page === 0}
        @click=${() => (this.page = page - 1)}
        >${backIcon}</tui-call-button
      >
      <span>${words.page(page + 1, pages)}</span>
      <tui-call-button
        .label=${words.nextPage}
        ?hidden=${page === pages - 1}
        @click=${() => (this.page = page + 1)}
        >${forwardIcon}</tui-call-button
      >
    </div>`;
  }

  protected override updated(_changed: PropertyValues<this>): void {
    this.#flip.play();
  }

  /** Remembers where everybody is when the next drawing will move somebody. */
  #prepareMove(stage: Arrangement): void {
    const rows = (columns: number): string => String(Math.ceil(stage.tiles.length / columns));
    this.style.setProperty('--_columns-wide', String(stage.columnsWide));
    this.style.setProperty('--_columns-tall', String(stage.columnsTall));
    this.style.setProperty('--_rows-wide', rows(stage.columnsWide));
    this.style.setProperty('--_rows-tall', rows(stage.columnsTall));
    const next = stage.kind + stage.tiles.map(({ key, place }) => key + place).join();
    if (this.#shown && next !== this.#shown)
      this.#flip.look(this.renderRoot.querySelectorAll('.place'));
    this.#shown = next;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tui-call-grid': TuiCallGrid;
  }
}
