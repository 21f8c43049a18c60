import { css } from 'lit';
import { lateStyles } from '../styles/late.ts';
import { backgroundStyles } from '../styles/background.ts';

export const styles = css`
  ${backgroundStyles}
  :host {
    display: block;
    block-size: 100%;
    min-block-size: 0;
    container-type: size;
  }
  .stage {
    display: flex;
    flex-direction: column;
    position: relative;
    block-size: 100%;
    overflow: hidden;
    border-radius: inherit;
    background: var(--_stage);
    color: var(--_on-stage);
  }
  .over {
    background: var(--_glow), var(--_stage);
  }
  tui-call-grid {
    flex: 1;
  }
  .head {
    display: flex;
    align-items: center;
    gap: 10px;
    min-block-size: 48px;
    padding: 8px 14px 8px 16px;
    font-size: 14px;
  }
  .head:dir(rtl) {
    padding: 8px 16px 8px 14px;
  }
  /* On a narrow stage the time is below the name. */
  .title {
    display: flex;
    flex: 1;
    flex-wrap: wrap;
    align-items: center;
    column-gap: 10px;
    min-inline-size: 0;
  }
  .name {
    display: grid;
    max-inline-size: 100%;
    font-size: 16px;
    font-weight: 650;
    line-height: 1.3;
  }
  /* A text that is not a name may take a second line. */
  .words bdi {
    white-space: normal;
  }
  .small {
    --_size: 36px;
  }
  .count::part(button) {
    inline-size: auto;
    gap: 6px;
    padding-inline: 12px;
    font-size: 14px;
    font-weight: 600;
  }
  tui-call-people {
    position: absolute;
    z-index: 4;
    /* The buttons below stay visible: one of them hangs up. */
    inset-block: 8px 84px;
    inset-inline-end: 8px;
    inline-size: 340px;
    max-inline-size: calc(100% - 16px);
  }
  /* Without its code the panel must not cover the buttons: one of them closes it. */
  tui-call-people:not(:defined) {
    inset-block: 56px auto;
  }
  ${lateStyles}
  .bars {
    display: flex;
    align-items: flex-end;
    gap: 2px;
    flex: none;
    margin-inline-start: 4px;
    /* Left to right in every language. */
    direction: ltr;
  }
  .bars i {
    inline-size: 4px;
    block-size: 6px;
    border-radius: 1px;
    background: rgb(255 255 255 / 32%);
  }
  .bars i:nth-child(2) {
    block-size: 10px;
  }
  .bars i:nth-child(3) {
    block-size: 14px;
  }
  .level-1 i:nth-child(1),
  .level-2 i:nth-child(-n + 2),
  .level-3 i {
    background: #fff;
  }
  .level-1 i:nth-child(1) {
    background: var(--_warning);
  }
  .banner {
    display: flex;
    align-items: center;
    gap: 10px;
    position: absolute;
    z-index: 2;
    inset-block-start: 56px;
    inset-inline: 16px;
    margin-inline: auto;
    inline-size: fit-content;
    max-inline-size: calc(100% - 32px);
    padding: 8px 16px;
    border-radius: 20px;
    background: rgb(11 14 19 / 82%);
    color: #fff;
    font-size: 14px;
    line-height: 1.35;
  }
  .asks {
    padding: 6px 6px 6px 16px;
    border-radius: 28px;
  }
  .asks:dir(rtl) {
    padding: 6px 16px 6px 6px;
  }
  .banner tui-call-button {
    --_size: 36px;
    flex: none;
  }
  .head .icon {
    inline-size: 16px;
    block-size: 16px;
    margin-inline: -4px;
  }
  .dot {
    flex: none;
    inline-size: 8px;
    block-size: 8px;
    border-radius: 50%;
    background: var(--_warning);
  }
  .foot {
    padding: 12px 12px calc(14px + env(safe-area-inset-bottom));
  }
  .beside tui-call-grid {
    margin-inline: 8px;
  }
  .beside .banner {
    inset-block-start: 60px;
  }
  /* Space for the line of a held call, which overlays the stage. */
  .beside.held .head {
    margin-block-end: 66px;
  }
  .held .banner {
    inset-block-start: 120px;
  }

  /* In a pair the video fills the stage; text and controls overlay it. */
  .over tui-call-grid {
    position: absolute;
    inset: 0;
  }
  .over .head,
  .over .foot {
    position: relative;
    z-index: 2;
    transition: opacity 180ms ease-out;
  }
  .over .head {
    background: linear-gradient(rgb(11 14 19 / 62%), transparent);
  }
  .over .foot {
    margin-block-start: auto;
    padding-block-start: 40px;
    background: linear-gradient(transparent, rgb(11 14 19 / 62%));
    pointer-events: none;
  }
  .over .foot > * {
    pointer-events: auto;
  }
  .over tui-call-grid {
    z-index: 1;
  }
  @media (hover: hover) and (pointer: fine) and (forced-colors: none) {
    .resting {
      cursor: none;
    }
    .resting .head,
    .resting .foot {
      opacity: 0;
      transition-duration: 120ms;
    }
    .resting .foot > * {
      pointer-events: none;
    }
    .resting tui-call-grid {
      --_controls-space: 12px;
    }
    .over .head .small {
      opacity: 0;
      transition: opacity 120ms;
    }
    .over:hover .head .small,
    .over .head .small:focus-within {
      opacity: 1;
    }
  }
  @media (forced-colors: active) {
    .bars {
      padding: 3px;
      border-radius: 4px;
      background: Canvas;
    }
    .bars i {
      background: GrayText;
    }
    .level-1 i:nth-child(1),
    .level-2 i:nth-child(-n + 2),
    .level-3 i {
      background: CanvasText;
    }
    .dot {
      background: CanvasText;
    }
  }
  @media (pointer: coarse) {
    .small,
    .banner tui-call-button {
      --_size: 44px;
    }
  }
  @container (max-width: 360px) {
    .head {
      gap: 6px;
      padding-inline: 12px 10px;
    }
    .count::part(button) {
      padding-inline: 8px;
    }
  }
  @media (max-width: 480px) {
    /* It already fills the page. */
    .floats .page {
      display: none;
    }
    .foot {
      padding-block-end: calc(28px + env(safe-area-inset-bottom));
    }
    tui-call-people {
      inset-block-end: calc(98px + env(safe-area-inset-bottom));
    }
    .over tui-call-grid {
      --_controls-space: 104px;
    }
  }
  @media (max-height: 420px) {
    .foot {
      padding-block: 4px calc(8px + env(safe-area-inset-bottom));
    }
    tui-call-people {
      inset-block: 4px calc(70px + env(safe-area-inset-bottom));
    }
    .over tui-call-grid {
      --_controls-space: 76px;
    }
  }
`;
