import { css } from 'lit';

/** Styles of every shadow root: box model, icons, text for screen readers only, transitions. */
export const shared = css`
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
  :host([hidden]) {
    display: none !important;
  }
  .icon {
    inline-size: 1.25em;
    block-size: 1.25em;
    flex: none;
    fill: none;
    stroke: currentColor;
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .solid {
    fill: currentColor;
  }
  .down {
    rotate: 135deg;
  }
  .heavy {
    stroke-width: 3.5;
  }
  .turns:dir(rtl) {
    scale: -1 1;
  }
  p {
    margin: 0;
  }
  /* A text that does not fit is cut at its own end: a name may have the opposite direction. */
  bdi {
    min-inline-size: 0;
    max-inline-size: 100%;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .unseen {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @keyframes come {
    from {
      opacity: 0;
      translate: 0 8px;
    }
  }
  :focus {
    outline: none;
  }
  :focus-visible {
    outline: 2px solid #fff;
    box-shadow: 0 0 0 4px var(--_accent);
  }
  /* A focused container is not a control: its contents show the focus. */
  [tabindex='-1']:focus-visible:not(button) {
    outline: none;
    box-shadow: none;
  }
  @media (forced-colors: active) {
    :focus-visible {
      outline: 3px solid Highlight;
      outline-offset: 2px;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    ::before,
    ::after {
      animation: none !important;
      transition: none !important;
    }
  }
`;
