/** Tag name → class. */
export type ElementTable = Readonly<Record<string, CustomElementConstructor>>;

/**
 * Defines these elements. A tag that is defined already keeps its class. Does nothing in Node, where a server that
 * renders pages imports the same modules.
 *
 * @throws {DOMException} if a tag is not a valid custom element name
 */
export function register(table: ElementTable): void {
  if (typeof customElements === 'undefined') return;
  for (const [tag, element] of Object.entries(table)) {
    if (!customElements.get(tag)) customElements.define(tag, element);
  }
}
