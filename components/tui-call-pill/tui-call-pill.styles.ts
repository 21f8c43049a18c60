import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    inline-size: fit-content;
    max-inline-size: 100%;
  }
  .pill {
    display: flex;
    align-items: center;
    gap: 10px;
    padding: 7px 8px;
    border-radius: 99px;
    border: 1px solid transparent;
    background: var(--_stage-raised);
    color: var(--_on-stage);
    box-shadow: var(--_shadow);
    --_size: 40px;
  }
  .pill > :not(.back) {
    --_size: 40px;
  }
  .back {
    display: flex;
    align-items: center;
    gap: 12px;
    min-inline-size: 0;
    margin-inline-end: 18px;
    padding: 0;
    border: 0;
    border-radius: 99px;
    background: none;
    color: inherit;
    font: inherit;
    text-align: start;
    cursor: pointer;
  }
  tui-call-avatar {
    --_avatar: 40px;
  }
  .text {
    display: grid;
    min-inline-size: 0;
    max-inline-size: 158px;
    padding-inline-end: 12px;
    font-size: 13px;
    line-height: 1.3;
  }
  .name {
    justify-self: start;
    font-size: 15px;
    font-weight: 650;
  }
  @media (max-width: 340px) {
    .pill {
      gap: 6px;
    }
    .back {
      margin-inline-end: auto;
    }
  }
  @media (pointer: coarse) {
    .pill > :not(.back) {
      --_size: 44px;
    }
  }
`;
