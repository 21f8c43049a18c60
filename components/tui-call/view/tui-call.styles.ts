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
  :host([theme='light']) .base {
    color-scheme: light;
  }
  :host([theme='dark']) .base {
    color-scheme: dark;
  }

  .window,
  .corner {
    position: fixed;
    z-index: var(--tui-call-z-index, 2147483000);
    inset-inline-end: var(--tui-call-inset, 24px);
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
    inset-block-start: var(--tui-call-inset, 24px);
  }
  .bottom {
    inset-block-end: var(--tui-call-inset, 24px);
  }
  .window {
    inset-block-end: var(--tui-call-inset, 24px);
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
    inline-size: 100%;
    block-size: 100%;
    max-inline-size: none;
    max-block-size: none;
    border-radius: 0;
  }

  :host([mode='inline']) .window {
    position: absolute;
    inset: 0;
    z-index: auto;
    inline-size: auto;
    block-size: auto;
    max-inline-size: none;
    max-block-size: none;
    box-shadow: none;
  }
  :host([mode='inline']) .corner {
    position: absolute;
    z-index: auto;
    inset: 16px;
    inset-block-end: auto;
    align-items: center;
    max-inline-size: none;
  }

  @media (max-width: 640px) {
    :host(:not([mode='inline'])) .corner,
    :host(:not([mode='inline'])) .window {
      inset-inline-end: var(--tui-call-inset, 16px);
    }
    :host(:not([mode='inline'])) .bottom,
    :host(:not([mode='inline'])) .window {
      inset-block-end: calc(var(--tui-call-inset, 16px) + env(safe-area-inset-bottom));
    }
  }
  @media (max-width: 480px) {
    :host(:not([mode='inline'])) .window {
      translate: none !important;
      inset: 0;
      inline-size: 100%;
      block-size: 100%;
      max-inline-size: none;
      max-block-size: none;
      border-radius: 0;
    }
    :host(:not([mode='inline'])) .top {
      inset: 0;
      max-inline-size: none;
      pointer-events: none;
    }
    :host(:not([mode='inline'])) .top > * {
      flex: 1;
      pointer-events: auto;
    }
  }
  @media (forced-colors: active) {
    .window {
      border: 1px solid CanvasText;
    }
  }
`;
