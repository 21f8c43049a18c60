/** The element that has the focus, through open shadow roots. */
export function deepActiveElement(): Element | null {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
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
