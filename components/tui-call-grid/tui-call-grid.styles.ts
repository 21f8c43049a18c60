import { css } from 'lit';

export const styles = css`
  :host {
    display: flex;
    flex-direction: column;
    position: relative;
    container-type: size;
    min-block-size: 0;
    color: var(--_on-stage);
  }
  .stage {
    flex: 1;
    min-block-size: 0;
    position: relative;
  }
  .place {
    position: relative;
    min-inline-size: 0;
    min-block-size: 0;
    border-radius: var(--_radius-tile);
  }
  tui-call-tile {
    inline-size: 100%;
    block-size: 100%;
    border-radius: inherit;
  }
  .press {
    position: absolute;
    inset: 0;
    padding: 0;
    border: 0;
    border-radius: inherit;
    background: none;
    cursor: pointer;
  }

  .pair .big {
    position: absolute;
    inset: 0;
    border-radius: 0;
  }
  .pair .big tui-call-tile {
    --_stage-raised: transparent;
  }
  .pair .small {
    position: absolute;
    z-index: 1;
    inset-inline-end: 12px;
    inset-block-end: calc(var(--_controls-space, 84px) + env(safe-area-inset-bottom));
    inline-size: clamp(88px, 26cqmin, 220px);
    aspect-ratio: 4 / 3;
    border: 2px solid rgb(255 255 255 / 22%);
    box-shadow: 0 6px 20px rgb(0 0 0 / 40%);
    transition: inset-block-end 180ms ease-out;
  }
  .pair .small ~ .small {
    inset-block-end: calc(var(--_controls-space, 84px) + clamp(88px, 26cqmin, 220px) * 0.75 + 10px);
  }
  @container (max-aspect-ratio: 3/4) {
    .pair .small {
      aspect-ratio: 3 / 4;
      inline-size: clamp(88px, 28cqmin, 180px);
    }
  }

  .grid {
    --_columns: var(--_columns-wide);
    --_rows: var(--_rows-wide);
    /* Not a CSS grid: the last row is centred. */
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 8px;
  }
  .cell {
    flex: none;
    inline-size: calc((100% - (var(--_columns) - 1) * 8px) / var(--_columns) - 0.1px);
    block-size: calc((100% - (var(--_rows) - 1) * 8px) / var(--_rows));
  }
  @container (max-aspect-ratio: 1/1) {
    .grid {
      --_columns: var(--_columns-tall);
      --_rows: var(--_rows-tall);
    }
  }

  .speaker {
    display: flex;
    flex-wrap: nowrap;
    gap: 8px;
    align-items: flex-end;
    justify-content: safe center;
    overflow-x: auto;
    padding-block-start: calc(100cqb - max(72px, 18cqb) - 8px);
  }
  .speaker .big {
    position: absolute;
    inset: 0;
    inset-block-end: calc(max(72px, 18cqb) + 8px);
  }
  .speaker .small {
    flex: none;
    block-size: max(72px, 18cqb);
    aspect-ratio: 4 / 3;
  }
  /* Beside the large tile on a wide stage. */
  @container (min-width: 640px) and (min-aspect-ratio: 5/4) {
    .speaker {
      --_side: clamp(140px, 18cqi, 240px);
      flex-direction: column;
      align-items: flex-end;
      overflow: hidden auto;
      padding: 0;
    }
    .speaker .big {
      inset: 0;
      inset-inline-end: calc(var(--_side) + 8px);
    }
    .speaker .small {
      inline-size: var(--_side);
      block-size: auto;
    }
  }
  .pages {
    display: flex;
    align-items: center;
    justify-content: center;
    gap: 12px;
    padding-block-start: 8px;
    font-size: 13px;
    font-variant-numeric: tabular-nums;
  }
  .pages tui-call-button {
    --_size: 44px;
  }
`;
