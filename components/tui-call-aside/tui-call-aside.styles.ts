import { css } from 'lit';

export const styles = css`
  :host {
    display: flex;
    flex-direction: column;
    align-items: inherit;
    gap: 8px;
    inline-size: 380px;
    max-inline-size: 100%;
  }
  tui-call-waiting {
    align-self: stretch;
    inline-size: auto;
  }
  /* Dark like the stage, because it represents a call. */
  .strip {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: flex-end;
    gap: 8px 12px;
    align-self: stretch;
    padding: 8px 8px 8px 16px;
    border: 1px solid rgb(255 255 255 / 12%);
    border-radius: 28px;
    background: var(--_stage-raised);
    color: var(--_on-stage);
    box-shadow: var(--_shadow);
    font-size: 13px;
    line-height: 1.3;
    text-align: start;
    --_size: 36px;
  }
  .strip:dir(rtl) {
    padding: 8px 16px 8px 8px;
  }
  .text {
    display: grid;
    /* Not narrower: the buttons wrap below it instead. */
    flex: 1 1 108px;
    min-inline-size: 0;
  }
  bdi {
    justify-self: start;
    font-size: 15px;
    font-weight: 650;
  }
  .text span {
    color: #b4bdca;
  }
  tui-call-button {
    flex: none;
  }
  .close {
    margin-inline-start: -6px;
  }
  @media (pointer: coarse) {
    .strip {
      --_size: 44px;
    }
  }
`;
