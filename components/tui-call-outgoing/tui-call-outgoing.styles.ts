import { css } from 'lit';
import { backgroundStyles } from '../styles/background.ts';

export const styles = css`
  ${backgroundStyles}
  :host {
    display: block;
    block-size: 100%;
  }
  .stage {
    position: relative;
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: space-between;
    gap: 16px;
    block-size: 100%;
    padding: 24px 16px calc(16px + env(safe-area-inset-bottom));
    overflow: auto;
    color: var(--_on-stage);
    background: var(--_glow);
    text-align: center;
  }
  .who,
  .controls {
    position: relative;
    z-index: 2;
  }
  .who {
    margin-block: auto;
    max-inline-size: 100%;
  }
  .faces {
    display: flex;
    justify-content: center;
    margin-block-end: 30px;
  }
  tui-call-avatar {
    --_avatar: 88px;
  }
  tui-call-avatar + tui-call-avatar {
    margin-inline-start: -10px;
  }
  tui-call-avatar:not(:only-child)::part(picture) {
    border: 3px solid var(--_stage);
  }
  .name {
    font-size: 20px;
    font-weight: 650;
    line-height: 1.3;
    display: grid;
    justify-items: center;
  }
  .about {
    margin-block-start: 4px;
    font-size: 14px;
    color: #b4bdca;
  }
  .controls {
    display: flex;
    gap: 10px;
  }
  /* The user's own video fills the stage: the text moves out of the middle and gets a background. */
  tui-call-tile {
    position: absolute;
    inset: 0;
    --_radius-tile: 0;
    /* The faces in front of it are those of the callees. */
    --_face: none;
  }
  .pictured .who {
    margin-block: 0 auto;
    text-shadow: 0 1px 6px rgb(11 14 19 / 60%);
  }
  .pictured .about {
    color: #fff;
  }
  .pictured .faces {
    margin-block-end: 14px;
  }
  .pictured tui-call-avatar {
    --_avatar: 56px;
  }
  .pictured::before {
    content: '';
    position: absolute;
    inset: 0;
    z-index: 1;
    background: linear-gradient(
      rgb(11 14 19 / 82%),
      rgb(11 14 19 / 46%) 46%,
      transparent 72%,
      rgb(11 14 19 / 62%)
    );
  }
  @media (max-width: 480px) {
    .stage:not(.pictured) tui-call-avatar {
      --_avatar: min(112px, 27vw);
    }
    .pictured {
      padding-block-start: calc(64px + env(safe-area-inset-top));
    }
    .name {
      font-size: 24px;
    }
    .controls {
      margin-block-end: 24px;
      gap: 16px;
    }
  }
  @media (max-height: 420px) {
    .stage {
      padding-block: 12px;
    }
    .stage:not(.pictured) tui-call-avatar {
      --_avatar: 56px;
    }
    .faces {
      margin-block-end: 14px;
    }
    .name {
      font-size: 18px;
    }
    .controls {
      margin: 0;
    }
  }
`;
