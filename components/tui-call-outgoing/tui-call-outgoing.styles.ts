import { css } from 'lit';

export const styles = css`
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
    text-align: center;
  }
  .who {
    position: relative;
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
    overflow-wrap: anywhere;
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
  }
  .about {
    margin-block-start: 4px;
    font-size: 14px;
    color: #b4bdca;
  }
  .controls {
    position: relative;
    display: flex;
    gap: 10px;
  }
  /* The own picture fills the stage behind the words, dimmed enough to read them. */
  tui-call-tile {
    position: absolute;
    inset: 0;
    opacity: 0.38;
  }
  @media (max-width: 480px) {
    tui-call-avatar {
      --_avatar: 112px;
    }
    .name {
      font-size: 24px;
    }
    .controls {
      margin-block-end: 24px;
      gap: 16px;
    }
  }
`;
