import { Flip } from '../../tui-call-grid/flip.ts';
import type { ElementStorage } from '../session/dependencies.ts';
import { FIRST_PLACE, parsePlace, type WindowPlace } from './window-place.ts';
import type { WindowMoves } from './window-moves.ts';

const KEY = 'window';

/**
 * The place of the floating window. It is always a corner of the page, so that the window stays there at every size
 * and zoom of the page. The place is remembered for the site.
 */
export class FloatingWindow {
  readonly #storage: () => ElementStorage | undefined;
  readonly #changed: () => void;
  readonly #flip = new Flip();
  #place: WindowPlace | null = null;
  #moves: WindowMoves | null = null;

  constructor(storage: () => ElementStorage | undefined, changed: () => void) {
    this.#storage = storage;
    this.#changed = changed;
  }

  get place(): WindowPlace {
    this.#place ??= parsePlace(this.#storage()?.read(KEY) ?? null);
    return this.#place;
  }

  /** The corner as class names. */
  get corner(): string {
    const { top, start } = this.place;
    return `${top ? 'at-top' : ''} ${start ? 'at-start' : ''}`;
  }

  /** Applies the size. To be called after each rendering. */
  apply(shown: HTMLElement | null, isFloating: boolean): void {
    const { width, height } = isFloating ? this.place : FIRST_PLACE;
    if (shown) {
      shown.style.inlineSize = width === null ? '' : `${width}px`;
      shown.style.blockSize = height === null ? '' : `${height}px`;
    }
    this.#flip.play();
  }

  /** Changes the place. The window slides to it from where it is now. */
  move(place: WindowPlace, moving: HTMLElement): void {
    this.#flip.capture([moving]);
    moving.style.translate = '';
    this.#place = place;
    this.#storage()?.write(KEY, JSON.stringify(place));
    this.#changed();
  }

  /** Moves and resizes by pointer and keyboard. The code loads when the pointer or the focus first enters the window. */
  use(act: (moves: WindowMoves) => void): void {
    if (this.#moves) return act(this.#moves);
    import('./window-moves.ts').then(
      ({ WindowMoves: Moves }) => {
        this.#moves ??= new Moves(this);
        act(this.#moves);
      },
      // The next event tries again.
      () => undefined,
    );
  }
}
