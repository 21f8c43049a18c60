import { css } from 'lit';

export const styles = css`
  .card {
    padding: 20px;
    max-block-size: calc(100dvh - 32px);
    overflow-y: auto;
  }
  .who {
    display: flex;
    align-items: center;
    gap: 22px;
    padding: 4px 4px 0;
  }
  .text {
    min-inline-size: 0;
  }
  .name {
    display: grid;
    justify-items: start;
    font-size: 19px;
    font-weight: 650;
    line-height: 1.3;
  }
  .about {
    margin-block-start: 2px;
    font-size: 14px;
    line-height: 1.4;
    color: var(--_text-muted);
    overflow-wrap: anywhere;
  }
  .note {
    display: flex;
    align-items: center;
    gap: 12px;
    margin-block-start: 18px;
    padding: 12px 14px;
    border-radius: var(--_radius-s);
    background: color-mix(in srgb, var(--_warning) 15%, var(--_surface));
    font-size: 14px;
    line-height: 1.4;
  }
  video {
    display: block;
    inline-size: 100%;
    max-block-size: 34dvh;
    margin-block-start: 18px;
    aspect-ratio: 16 / 9;
    object-fit: cover;
    border-radius: var(--_radius-m);
    background: var(--_stage-raised);
    scale: -1 1;
  }
  .mirror-off {
    scale: none;
  }
  .main {
    display: flex;
    gap: 10px;
    margin-block-start: 20px;
  }
  .main tui-call-button {
    flex: 1;
  }
  /* Ignore is below Decline; Audio only is below Accept. */
  .more {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0 16px;
    margin-block: 10px -6px;
    padding-inline: 4px;
  }
  /* A phone held upright. A shorter window keeps the card, whose buttons share a line. */
  @media (max-width: 480px) and (min-height: 420px) {
    :host(:not([compact])) {
      inline-size: 100%;
      block-size: 100%;
    }
    :host(:not([compact])) .card {
      display: flex;
      flex-direction: column;
      align-items: center;
      block-size: 100%;
      max-block-size: none;
      padding: max(9vh, 24px) 24px calc(56px + env(safe-area-inset-bottom));
      border-radius: 0;
      border: 0;
      box-shadow: none;
      color: var(--_on-stage);
      --_text: var(--_on-stage);
      --_text-muted: #b4bdca;
      background:
        radial-gradient(120% 60% at 50% 18%, #263352, transparent 70%),
        radial-gradient(120% 50% at 50% 100%, #2a1b38, transparent 70%), var(--_stage);
    }
    :host(:not([compact])) .who {
      flex-direction: column;
      gap: 40px;
      margin-block-start: 20px;
      text-align: center;
    }
    :host(:not([compact])) tui-call-avatar {
      --_avatar: 112px;
    }
    :host(:not([compact])) .name {
      justify-items: center;
      font-size: 26px;
    }
    :host(:not([compact])) .about {
      font-size: 16px;
      margin-block-start: 6px;
    }
    :host(:not([compact])) .note {
      --_surface: var(--_stage-raised);
    }
    :host(:not([compact])) .main {
      order: 2;
      display: grid;
      grid-template-columns: 1fr 1fr;
      justify-items: center;
      inline-size: 100%;
      max-inline-size: 360px;
      margin-block: 28px 0;
    }
    :host(:not([compact])) .main tui-call-button {
      --_size: 68px;
      flex: none;
      position: relative;
      inline-size: 104px;
      justify-content: center;
    }
    :host(:not([compact])) .main tui-call-button::part(button) {
      inline-size: 68px;
      flex: none;
      padding: 0;
      gap: 0;
    }
    /* The label is below the round button, inside its click target. */
    :host(:not([compact])) .main tui-call-button::part(label) {
      position: absolute;
      inset-block-start: calc(100% + 10px);
      inset-inline: 0;
      text-align: center;
      color: var(--_on-stage);
    }
    :host(:not([compact])) .more {
      order: 1;
      display: grid;
      grid-template-columns: 1fr 1fr;
      place-items: end center;
      text-align: center;
      margin-block: auto 0;
      padding: 0;
      inline-size: 100%;
      max-inline-size: 360px;
    }
    :host(:not([compact])) .more tui-call-button {
      max-inline-size: 144px;
    }
  }
  /* A phone with a low screen: everything must be visible without scrolling. */
  @media (max-width: 480px) and (min-height: 420px) and (max-height: 640px) {
    :host(:not([compact])) .card {
      padding-block: 20px calc(44px + env(safe-area-inset-bottom));
    }
    :host(:not([compact])) .who {
      gap: 24px;
      margin-block-start: 12px;
    }
    :host(:not([compact])) tui-call-avatar {
      --_avatar: 80px;
    }
    :host(:not([compact])) .name {
      font-size: 22px;
    }
  }
  @media (max-height: 420px) {
    .card {
      padding: 12px 16px;
    }
    .main {
      margin-block-start: 12px;
    }
    .more {
      margin-block-start: 4px;
    }
    video {
      display: none;
    }
  }
`;
