import { html, type TemplateResult } from 'lit';
import type { FloatingWindow } from './floating-window.ts';
import type { WindowMoves } from './window-moves.ts';

/** The handle in the corner of the window that points to the middle of the page. */
export function windowHandle(floating: FloatingWindow, label: string): TemplateResult {
  const on =
    <E extends Event>(act: (moves: WindowMoves, event: E, moving: HTMLElement) => void) =>
    (event: E): void => {
      const moving = (event.currentTarget as HTMLElement).parentElement;
      if (moving) floating.use((moves) => act(moves, event, moving));
    };
  return html`<button
    type="button"
    class="handle"
    part="handle"
    aria-label=${label}
    title=${label}
    @focus=${on(() => undefined)}
    @pointerdown=${on<PointerEvent>((moves, event, moving) => moves.resize(event, moving))}
    @keydown=${on<KeyboardEvent>((moves, event, moving) => moves.key(event, moving))}
    @click=${on((moves, _event, moving) => moves.press(moving))}
  ></button>`;
}
