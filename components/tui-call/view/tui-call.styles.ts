import { css } from 'lit';

export const styles = css`
  /* Of the page's inherited properties only the direction, the font and light or dark apply here. */
  .base {
    all: initial;
    display: contents;
    color: var(--_text);
    color-scheme: inherit;
    font-family: var(--tui-call-font, inherit);
    font-size: 16px;
    line-height: 1.4;
    -webkit-text-size-adjust: 100%;
  }
  .system-font {
    font-family: var(--tui-call-font, system-ui, sans-serif);
  }
  .system-theme {
    color-scheme: light dark;
  }
  .base:lang(ko) {
    word-break: keep-all;
  }
  :host([theme='light']) .base {
    color-scheme: light;
  }
  :host([theme='dark']) .base {
    color-scheme: dark;
  }

  /* Set for every state, so that a change of the state moves nothing and restarts no animation. */
  dialog,
  .layer {
    display: contents;
    margin: 0;
    padding: 0;
    border: 0;
    background: none;
    color: inherit;
  }
  dialog::backdrop {
    display: none;
  }
  .layer:popover-open {
    display: block;
    position: fixed;
    inset: 0;
    inline-size: auto;
    block-size: auto;
    overflow: visible;
    pointer-events: none;
  }

  .window,
  .corner {
    --_edge: var(--tui-call-inset, 24px);
    --_edge-x: max(var(--_edge), env(safe-area-inset-left), env(safe-area-inset-right));
    --_edge-y: max(var(--_edge), env(safe-area-inset-bottom), env(safe-area-inset-top));
    position: absolute;
    inset-inline: auto var(--_edge-x);
    pointer-events: auto;
  }
  .corner {
    display: flex;
    flex-direction: column;
    align-items: flex-end;
    gap: 12px;
    max-inline-size: calc(100vw - 32px);
  }
  .corner:not(:has(> *)) {
    display: none;
  }
  .top {
    inset-block-start: var(--_edge-y);
  }
  .bottom,
  .window {
    inset-block: auto var(--_edge-y);
  }
  .bottom.at-top,
  .window.at-top {
    inset-block: var(--_edge-y) auto;
  }
  .at-start {
    inset-inline: var(--_edge-x) auto;
    align-items: flex-start;
  }
  .window {
    inline-size: var(--tui-call-width, 420px);
    block-size: var(--tui-call-height, 376px);
    max-inline-size: calc(100vw - 32px);
    max-block-size: calc(100dvh - 32px);
    border-radius: var(--_radius-window);
    background: var(--_stage);
    box-shadow: var(--_shadow);
  }
  .group {
    block-size: var(--tui-call-height, 480px);
  }
  /* In the corner that points to the middle of the page; visible while it can be used. */
  .handle {
    position: absolute;
    z-index: 5;
    inset-block: 0 auto;
    inset-inline: 0 auto;
    inline-size: 26px;
    block-size: 26px;
    padding: 0;
    border: 0;
    border-radius: var(--_radius-window) 0 8px;
    background: none;
    cursor: nwse-resize;
    opacity: 0;
    touch-action: none;
    transition: opacity 120ms;
  }
  .handle::before {
    content: '';
    position: absolute;
    inset: 5px;
    border: 0 solid #fff;
    border-block-start-width: 3px;
    border-inline-start-width: 3px;
    border-start-start-radius: calc(var(--_radius-window) - 6px);
    filter: drop-shadow(0 0 2px rgb(0 0 0 / 60%));
  }
  .window:hover > .handle,
  .handle:focus-visible {
    opacity: 1;
  }
  .at-top > .handle {
    inset-block: auto 0;
    scale: 1 -1;
  }
  .at-start > .handle {
    inset-inline: auto 0;
  }
  .at-start > .handle::before {
    scale: -1 1;
  }
  @media (pointer: coarse) {
    .handle {
      opacity: 1;
    }
  }
  .window > [data-screen] {
    border-radius: inherit;
    overflow: hidden;
  }
  /* Notices and other calls overlay the stage. */
  .above {
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 8px;
    position: absolute;
    z-index: 4;
    inset-block-start: 56px;
    inset-inline: 16px;
    pointer-events: none;
  }
  .late {
    padding: 14px 18px;
    border-radius: var(--_radius-m);
    background: var(--_surface);
    color: var(--_text);
    box-shadow: var(--_shadow);
    font-size: 14px;
    animation: come 180ms 1.5s both;
  }
  .above > * {
    pointer-events: auto;
  }

  .window,
  .corner > * {
    animation: come 180ms ease-out;
  }

  :host([mode='fullscreen']) .window,
  .window:fullscreen {
    /* Overrides the position of a drag. */
    translate: none !important;
    inset: 0;
    inline-size: 100% !important;
    block-size: 100% !important;
    max-inline-size: none;
    max-block-size: none;
    border-radius: 0;
  }

  .layer:not(:popover-open) .window {
    inset: 0;
    inline-size: auto;
    block-size: auto;
    max-inline-size: none;
    max-block-size: none;
    box-shadow: none;
  }
  .layer:not(:popover-open) .corner {
    inset: 16px;
    inset-block-end: auto;
    align-items: center;
    max-inline-size: none;
  }

  @media (max-width: 640px) {
    .corner,
    .window {
      --_edge: var(--tui-call-inset, 16px);
    }
  }
  @media (max-width: 480px) {
    .handle {
      display: none;
    }
    :popover-open .window {
      translate: none !important;
      inset: 0;
      inline-size: 100% !important;
      block-size: 100% !important;
      max-inline-size: none;
      max-block-size: none;
      border-radius: 0;
    }
  }
  /* The incoming call fills a phone held upright. */
  @media (max-width: 480px) and (min-height: 420px) {
    :popover-open .top {
      inset: 0;
      max-inline-size: none;
      pointer-events: none;
    }
    :popover-open .top > * {
      flex: 1;
      min-block-size: 0;
      pointer-events: auto;
    }
  }
  /* What does not fit scrolls, and leaves the buttons of the call free. */
  @media (max-height: 480px) {
    .above {
      max-block-size: calc(100% - 140px);
      border-radius: var(--_radius-l);
      overflow-y: auto;
    }
    .asks {
      inset-block-start: 8px;
      max-block-size: calc(100% - 84px);
    }
    .above > *,
    .bottom > * {
      flex: none;
    }
    /* The padding has room for shadows. */
    :popover-open .bottom {
      inset-block-end: 0;
      inset-inline-end: 0;
      max-inline-size: 100vw;
      max-block-size: 100dvh;
      padding: 16px;
      overflow-y: auto;
      pointer-events: none;
    }
    .bottom > * {
      pointer-events: auto;
    }
  }
  @media (forced-colors: active) {
    .window {
      border: 1px solid CanvasText;
    }
  }
`;
