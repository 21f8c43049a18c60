/**
 * Who rings, in the page's title: while the browser keeps the sound back, the tab's name is all that can be
 * noticed of a tab in the background. Shared by the widgets of a page; the page's own title comes back.
 */
const rings = new Map<object, string>();
let own = '';
let shown = '';

/** What the title says for this widget; '' is nothing. */
export function entitle(widget: object, line: string): void {
  if (!line && !rings.has(widget)) return;
  // The page may have given itself another one in the meantime.
  if (!rings.size || document.title !== shown) own = document.title;
  rings.delete(widget);
  if (line) rings.set(widget, line);
  const title = [...rings.values()].at(-1) ?? own;
  if (document.title !== title) document.title = title;
  // As the document has it: without some of the spaces.
  shown = document.title;
}
