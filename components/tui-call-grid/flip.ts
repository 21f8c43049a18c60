/**
 * Animates elements from their former to their new position (FLIP: first, last, invert, play).
 */
export class Flip {
  #before = new Map<Element, DOMRect>();

  /** Stores the positions. To be called before the change. */
  capture(elements: Iterable<Element>): void {
    this.#before = new Map(
      [...elements].map((element) => [element, element.getBoundingClientRect()]),
    );
  }

  /** Starts the animations. To be called after the change. */
  play(): void {
    const before = this.#before;
    this.#before = new Map();
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    for (const [element, from] of before) slide(element, from);
  }
}

function slide(element: Element, from: DOMRect): void {
  const to = element.getBoundingClientRect();
  const still =
    from.x === to.x && from.y === to.y && from.width === to.width && from.height === to.height;
  if (still || !from.width || !to.width) return;
  const move = `translate(${from.x - to.x}px, ${from.y - to.y}px)`;
  const size = `scale(${from.width / to.width}, ${from.height / to.height})`;
  element.animate(
    [
      { transformOrigin: '0 0', transform: `${move} ${size}` },
      { transformOrigin: '0 0', transform: 'none' },
    ],
    {
      duration: 180,
      easing: 'ease-out',
    },
  );
}
