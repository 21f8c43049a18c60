/** Tag → class. */
export type ElementTable = Readonly<Record<string, CustomElementConstructor>>;

/**
 * Defines these elements; a tag that is defined already keeps its class. Does nothing in Node, where a server that
 * renders pages imports the same modules.
 *
 * @throws {DOMException} where a tag is no valid name of a custom element
 */
export function register(table: ElementTable): void {
  if (typeof customElements === 'undefined') return;
  for (const [tag, element] of Object.entries(table)) {
    if (!customElements.get(tag)) customElements.define(tag, element);
  }
}
