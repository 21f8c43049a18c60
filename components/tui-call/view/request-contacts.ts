import type { Contact } from '../../shared/call-context.ts';
import type { ViewElement } from './view-host.ts';

/** Asks the page for the users who can be invited. It responds at once or later. */
export function requestContacts(element: ViewElement): void {
  const respond = (contacts: readonly Contact[]): void => void (element.contacts = contacts);
  const detail = { callId: element.state.callId ?? '', respond };
  element.dispatchEvent(
    new CustomEvent('contacts-requested', { detail, bubbles: true, composed: true }),
  );
}
