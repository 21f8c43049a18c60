/** Tag → class. */
export type ElementTable = Readonly<Record<string, CustomElementConstructor>>;

/** The only place that defines elements. A second copy of the script on a page leaves the first in charge. */
export function register(table: ElementTable): void {
  for (const [tag, element] of Object.entries(table)) {
    if (!customElements.get(tag)) customElements.define(tag, element);
  }
}
