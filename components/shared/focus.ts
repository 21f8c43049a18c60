/** The element that has the focus, through open shadow roots. */
export function deepActiveElement(): Element | null {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
}

/** Whether someone may be in the middle of a sentence there: then a ring takes no focus away. */
export function isTextEntry(element: Element | null): boolean {
  return (
    element instanceof HTMLElement &&
    (element.isContentEditable ||
      element.matches(
        'input:not([type=button],[type=checkbox],[type=radio]), textarea, select, iframe',
      ))
  );
}
