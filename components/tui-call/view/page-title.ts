/**
 * Shows the caller in the page's title. It is the only sign of a ring in a background tab while the browser blocks
 * sound, and in a page that hides the element. All widgets of a page share it. The page's own title is restored after the last line.
 */
const titles = new Map<object, string>();
let pageTitle = '';
let shownTitle = '';

/** Sets the line of this widget; '' removes it. The title shows the newest line. */
export function setPageTitle(widget: object, line: string): void {
  if (!line && !titles.has(widget)) return;
  // The page may have changed its title since.
  if (!titles.size || document.title !== shownTitle) pageTitle = document.title;
  titles.delete(widget);
  if (line) titles.set(widget, line);
  const title = [...titles.values()].at(-1) ?? pageTitle;
  if (document.title !== title) document.title = title;
  // Read back: the document collapses white space in its title.
  shownTitle = document.title;
}
