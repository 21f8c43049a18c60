/**
 * Lets elements that changed place slide there instead of jumping: remembers where they were,
 * and plays the way back to the new place (FLIP).
 */
export class Flip {
  #before = new Map<Element, DOMRect>();

  /** Call before the change. */
  capture(elements: Iterable<Element>): void {
    this.#before = new Map(
      [...elements].map((element) => [element, element.getBoundingClientRect()]),
    );
  }

  /** Call after it. */
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
