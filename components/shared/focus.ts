/** The element that has the focus, through open shadow roots. */
export function deepActiveElement(): Element | null {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
}

/** The element that a pointer at this place of the viewport hits, through open shadow roots. */
export function deepElementFromPoint(x: number, y: number): Element | null {
  let element = document.elementFromPoint(x, y);
  for (;;) {
    const inner = element?.shadowRoot?.elementFromPoint(x, y);
    if (!inner || inner === element) return element;
    element = inner;
  }
}

/** An element and its ancestors, across shadow roots. */
export function ancestorsOf(from: Element | null): readonly Element[] {
  const ancestors: Element[] = [];
  for (let one = from; one; one = parentOf(one)) ancestors.push(one);
  return ancestors;
}

function parentOf(element: Element): Element | null {
  const root = element.getRootNode();
  const parent = element.assignedSlot ?? element.parentElement;
  return parent ?? (root instanceof ShadowRoot ? root.host : null);
}

/** Whether the user may be typing in this element: then an incoming call does not take the focus. */
export function isTextEntry(element: Element | null): boolean {
  return (
    element instanceof HTMLElement &&
    (element.isContentEditable ||
      element.matches(
        'input:not([type=button],[type=checkbox],[type=radio]), textarea, select, iframe',
      ))
  );
}
