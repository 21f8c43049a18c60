import { css } from 'lit';
import { backgroundStyles } from '../styles/background.ts';

export const styles = css`
  ${backgroundStyles}
  :host {
    display: block;
    position: relative;
    container-type: size;
    min-inline-size: 0;
    min-block-size: 0;
  }
  .tile {
    display: grid;
    place-items: center;
    position: relative;
    overflow: clip;
    contain: layout paint style;
    inline-size: 100%;
    block-size: 100%;
    border-radius: inherit;
    background: var(--_stage-raised);
    color: var(--_on-stage);
  }
  video {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
    transition: filter 180ms;
  }
  /* Not live: the avatar is shown. */
  .last-frame video {
    opacity: 0;
  }
  .contain video {
    object-fit: contain;
  }
  .fill video {
    object-fit: fill;
  }
  .mirror-on video,
  .mirror-auto video:not(.back) {
    scale: -1 1;
  }
  .away video {
    filter: grayscale(0.7) brightness(0.6);
  }
  .away tui-call-avatar,
  .ringing tui-call-avatar {
    opacity: 0.55;
  }
  tui-call-avatar {
    --_avatar: clamp(32px, 34cqmin, 144px);
  }
  /* Behind the video, which has no background: its first frame covers the avatar when the browser paints it. */
  .face {
    z-index: -1;
    display: var(--_face, grid);
    justify-items: center;
    gap: clamp(6px, 10cqmin, 22px);
  }
  .state {
    font-size: 13px;
    color: #b4bdca;
  }
  .above {
    position: relative;
    padding: 4px 10px;
    border-radius: 99px;
    background: rgb(11 14 19 / 72%);
    color: #fff;
  }
  .plate {
    display: flex;
    align-items: center;
    gap: 6px;
    position: absolute;
    inset-block-end: 8px;
    inset-inline-start: 8px;
    max-inline-size: calc(100% - 16px);
    padding: 4px 9px;
    border-radius: 8px;
    background: rgb(11 14 19 / 72%);
    color: #fff;
    font-size: 13px;
    font-weight: 600;
    line-height: 1.35;
  }
  .plate .icon {
    inline-size: 14px;
    block-size: 14px;
  }
  .tile::after {
    content: '';
    position: absolute;
    inset: 0;
    border: 3px solid transparent;
    border-radius: inherit;
    pointer-events: none;
  }
  /* Without a transition: the browser would paint every frame of it, in a call of many voices all the time. */
  .speaking::after {
    border-color: var(--_accent);
  }
  /* If the tile fills the stage, the ring is around the avatar. */
  :host([plain]) .tile::after {
    content: none;
  }
  :host([plain]) .speaking tui-call-avatar::part(picture) {
    box-shadow: 0 0 0 4px var(--_accent);
  }
  /* The line of a low tile stays above the name. */
  @container (max-height: 180px) {
    .face .state {
      margin-block-end: 24px;
    }
  }
  /* Space for the name below the avatar. */
  @container (max-height: 100px) {
    :host(:not([plain])) tui-call-avatar {
      margin-block-end: 20px;
    }
    .state {
      position: absolute;
      clip-path: inset(50%);
    }
  }
  @container (max-width: 130px) {
    .plate {
      inset-block-end: 4px;
      inset-inline-start: 4px;
      max-inline-size: calc(100% - 8px);
      gap: 3px;
      padding: 1px 6px;
      font-size: 11px;
    }
  }
  @media (forced-colors: active) {
    .tile::after {
      border-color: CanvasText;
    }
    .speaking::after {
      border-color: Highlight;
    }
  }
`;
