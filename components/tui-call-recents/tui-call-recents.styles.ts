import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    min-block-size: 0;
  }
  .panel {
    container-type: inline-size;
    display: flex;
    flex-direction: column;
    max-block-size: inherit;
    block-size: 100%;
    overflow: hidden;
    border: 1px solid var(--_border);
    border-radius: var(--_radius-l);
    background: var(--_surface);
    color: var(--_text);
    font-family: var(--tui-call-font, inherit);
    font-size: 15px;
    font-style: normal;
    font-weight: 400;
    letter-spacing: normal;
    line-height: 1.4;
    text-align: start;
    text-indent: 0;
    text-shadow: none;
    text-transform: none;
    white-space: normal;
    word-spacing: normal;
    --_size: 40px;
    --_missed: light-dark(
      color-mix(in srgb, var(--_danger), #000 6%),
      color-mix(in srgb, var(--_danger), #fff 40%)
    );
  }
  .panel:lang(ko) {
    word-break: keep-all;
  }
  .system-font {
    font-family: var(--tui-call-font, system-ui, sans-serif);
  }
  .system {
    color-scheme: light dark;
  }
  .light {
    color-scheme: light;
  }
  .dark {
    color-scheme: dark;
  }

  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 16px;
    min-block-size: 56px;
    padding: 12px 20px 8px;
  }
  h2 {
    flex: 1;
    margin: 0;
    font-size: 18px;
    font-weight: 650;
    line-height: 1.3;
  }
  .asks h2 {
    flex: 1 1 220px;
    font-size: 16px;
  }
  .ways {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }

  .problem {
    display: flex;
    align-items: center;
    gap: 12px;
    margin: 0 12px 8px;
    padding: 8px 8px 8px 14px;
    border-radius: var(--_radius-m);
    background: color-mix(in srgb, var(--_danger) 11%, var(--_surface));
    font-size: 14px;
    --_size: 32px;
  }
  .problem:dir(rtl) {
    padding: 8px 14px 8px 8px;
  }
  .problem p {
    flex: 1;
  }
  .problem .icon {
    color: var(--_missed);
  }

  ul {
    margin: 0;
    padding: 0 8px 8px;
    /* Not 'none': Safari would remove the list semantics. */
    list-style: '';
    overflow-y: auto;
    overscroll-behavior: contain;
  }
  .row {
    display: flex;
    align-items: center;
    gap: 12px;
    position: relative;
    min-block-size: 64px;
    padding: 8px 12px;
    border-radius: var(--_radius-m);
    animation: come 180ms ease-out;
  }
  li:hover,
  li:focus-within {
    background: var(--_surface-muted);
    --_surface-muted: light-dark(#fff, #2c3440);
  }
  li + li::before {
    content: '';
    position: absolute;
    inset: 0 12px auto 66px;
    border-block-start: 1px solid var(--_border);
  }
  li + li:dir(rtl)::before {
    inset: 0 66px auto 12px;
  }
  li:hover::before,
  li:focus-within::before,
  li:hover + li::before,
  li:focus-within + li::before {
    opacity: 0;
  }
  .leaving {
    opacity: 0.5;
  }

  .faces {
    display: flex;
    flex: none;
    inline-size: 42px;
  }
  .faces tui-call-avatar {
    --_avatar: 42px;
  }
  .several {
    position: relative;
    block-size: 42px;
  }
  .several tui-call-avatar {
    position: absolute;
    inset-block-start: 0;
    inset-inline-start: 0;
    --_avatar: 29px;
  }
  .several tui-call-avatar:last-child {
    inset-block-start: 13px;
    inset-inline-start: 13px;
  }
  .several tui-call-avatar:last-child::part(picture) {
    box-shadow: 0 0 0 2px var(--_surface);
  }

  .text {
    grid-template-columns: minmax(0, 1fr) auto;
    align-items: baseline;
    gap: 1px 10px;
  }
  .who {
    display: flex;
    align-items: center;
    gap: 6px;
    min-inline-size: 0;
  }
  .who .icon {
    inline-size: 16px;
    block-size: 16px;
    color: var(--_text-muted);
  }
  .missed .how,
  .missed bdi {
    color: var(--_missed);
  }
  /* A dot before each part; the dot of the first part of a line is clipped. */
  .line {
    grid-column: 1 / -1;
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    margin-inline-start: -14px;
    clip-path: inset(0 0 0 14px);
  }
  .line:dir(rtl) {
    clip-path: inset(0 14px 0 0);
  }
  .line > span::before {
    content: '·';
    display: inline-block;
    inline-size: 14px;
    text-align: center;
  }
  .how .icon {
    inline-size: 15px;
    block-size: 15px;
    margin-inline-end: 6px;
    vertical-align: -2.5px;
    stroke-width: 2.2;
  }
  time {
    flex: none;
    font-size: 13px;
    color: var(--_text-muted);
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .acts {
    display: flex;
    flex: none;
    gap: 6px;
  }
  .call {
    color: color-mix(in srgb, var(--_success), var(--_text) 12%);
  }
  .call::part(button) {
    color: inherit;
  }
  .call[disabled] {
    color: var(--_text-muted);
  }
  .delete::part(button) {
    color: var(--_text-muted);
    background: none;
  }
  .delete::part(button):hover {
    color: var(--_missed);
  }
  #more {
    margin: 4px 20px 16px;
    --_size: 44px;
  }

  .note {
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    flex: 1;
    gap: 12px;
    padding: 28px 24px 40px;
    color: var(--_text-muted);
    text-align: center;
  }
  .sign {
    display: grid;
    place-items: center;
    inline-size: 56px;
    block-size: 56px;
    border-radius: 50%;
    background: var(--_surface-muted);
    font-size: 20px;
  }

  .shadows {
    padding: 0 8px 8px;
  }
  .shadows .row {
    animation: none;
  }
  .shadows i {
    border-radius: 99px;
    background: var(--_surface-muted);
    animation: wait 1.1s ease-in-out infinite alternate;
  }
  .face {
    inline-size: 42px;
    block-size: 42px;
  }
  .bar {
    inline-size: 46%;
    block-size: 14px;
  }
  .row:nth-child(2) .bar {
    inline-size: 34%;
  }
  @keyframes wait {
    to {
      opacity: 0.45;
    }
  }

  /* With a hovering pointer, the buttons of a line appear on hover. */
  @media (hover: hover) {
    .delete {
      opacity: 0;
    }
    li:hover .delete,
    li:focus-within .delete {
      opacity: 1;
    }
  }
  @media (pointer: coarse) {
    .panel {
      --_size: 44px;
    }
  }
  @container (max-width: 420px) {
    .row {
      gap: 10px;
      padding-inline: 10px;
    }
    /* Icons show it: the button to call back, and the arrow. */
    .kind,
    .way {
      position: absolute;
      clip-path: inset(50%);
    }
    .acts {
      gap: 2px;
    }
    .delete::part(button) {
      inline-size: 32px;
    }
  }
  /* The name gets its own line before the time does. */
  @container (max-width: 330px) {
    .text {
      grid-template-columns: minmax(0, 1fr);
    }
  }
  @media (forced-colors: active) {
    .row {
      border: 1px solid transparent;
    }
  }
`;
