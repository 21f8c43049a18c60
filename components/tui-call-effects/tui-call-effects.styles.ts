import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    inline-size: 320px;
    max-inline-size: calc(100vw - 32px);
  }
  .panel {
    max-block-size: min(560px, 100cqb - 92px);
    overflow-y: auto;
    padding: 0 12px;
    /* A focused control is scrolled out from under the header and the fade. */
    scroll-padding-block: 52px 28px;
  }
  header {
    display: flex;
    align-items: center;
    justify-content: space-between;
    position: sticky;
    z-index: 2;
    inset-block-start: 0;
    padding-block-start: 12px;
    background: var(--_surface);
  }
  /* Content fades where the panel can be scrolled. At the end the fade lies below the content. */
  .fade {
    position: sticky;
    z-index: 1;
    inset-block-end: 0;
    block-size: 28px;
    margin-inline: -12px;
    background: linear-gradient(transparent, var(--_surface) 80%);
    pointer-events: none;
  }
  h2 {
    margin: 0;
    font-size: 16px;
  }
  header tui-call-button {
    --_size: 36px;
  }
  .preview {
    position: relative;
    aspect-ratio: 16 / 9;
    inline-size: 100%;
    max-block-size: 36cqb;
    margin-block: 8px;
    overflow: hidden;
    border-radius: var(--_radius-s);
    background: var(--_stage);
    color: var(--_on-stage);
  }
  .preview tui-call-tile {
    position: absolute;
    inset: 0;
  }
  .hint {
    margin: 0;
    padding: 24px 12px;
    font-size: 13px;
    text-align: center;
  }
  fieldset {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
    margin: 12px 0 0;
    padding: 0;
    border: 0;
  }
  legend {
    padding: 0 0 4px;
    font-size: 13px;
    font-weight: 600;
    color: var(--_text-muted);
  }
  label {
    font-size: 13px;
  }
  .choice {
    display: flex;
    align-items: center;
    gap: 6px;
    min-block-size: 34px;
    padding: 4px 10px;
    border: 1px solid var(--_border);
    border-radius: var(--_radius-s);
    cursor: pointer;
  }
  .choice:hover,
  .choice:has(:checked) {
    background: var(--_surface-muted);
  }
  .choice:has(:focus-visible) {
    outline: 2px solid var(--_accent);
    outline-offset: 1px;
  }
  .backgrounds {
    display: grid;
    grid-template-columns: repeat(3, 1fr);
  }
  .backgrounds .choice {
    flex-direction: column;
    align-items: stretch;
    gap: 4px;
    padding: 4px;
  }
  .backgrounds .choice:has([type='file']) {
    justify-content: center;
    text-align: center;
  }
  .thumb {
    display: grid;
    aspect-ratio: 16 / 9;
    overflow: hidden;
    border-radius: 4px;
    /* Until it is drawn. */
    background: color-mix(in srgb, var(--_text-muted) 22%, var(--_surface));
  }
  .thumb > * {
    grid-area: 1 / 1;
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
  }
  /* As in a mirror, like the own picture above. */
  .thumb canvas {
    transform: scaleX(-1);
  }
  .thumb > [hidden] {
    display: none;
  }
  .name {
    display: flex;
    align-items: center;
    gap: 6px;
  }
  .name input {
    flex: none;
    margin: 0;
  }
  .level {
    display: grid;
    grid-template-columns: 1fr 1fr;
    align-items: center;
    margin-block-start: 10px;
  }
  input {
    accent-color: var(--_accent);
  }
  [type='file'] {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    opacity: 0;
  }
  @media (pointer: coarse) {
    .choice {
      min-block-size: 44px;
    }
  }
  @media (forced-colors: active) {
    .fade {
      background: linear-gradient(transparent, Canvas 80%);
    }
  }
`;
