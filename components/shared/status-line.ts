/** An empty element whose text a screen reader announces. */
export function statusLine(): HTMLElement {
  const line = document.createElement('div');
  line.setAttribute('role', 'status');
  return line;
}
