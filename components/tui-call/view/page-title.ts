/**
 * Who rings, in the page's title: while the browser keeps the sound back, the tab's name is all that can be
 * noticed of a tab in the background. Shared by the widgets of a page; the page's own title comes back.
 */
const titles = new Map<object, string>();
let pageTitle = '';
let shownTitle = '';

/** What the title says for this widget; '' is nothing. */
export function setPageTitle(widget: object, line: string): void {
  if (!line && !titles.has(widget)) return;
  // The page may have given itself another one in the meantime.
  if (!titles.size || document.title !== shownTitle) pageTitle = document.title;
  titles.delete(widget);
  if (line) titles.set(widget, line);
  const title = [...titles.values()].at(-1) ?? pageTitle;
  if (document.title !== title) document.title = title;
  // As the document has it: without some of the spaces.
  shownTitle = document.title;
}
