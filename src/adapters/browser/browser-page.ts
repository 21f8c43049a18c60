import type { Page } from '../../engine/api/ports.ts';
import type { LeaveBeacon, SessionId, UserId } from '../../protocol/index.ts';
import { acquireTabSession } from './tab-session.ts';
import { parseServer } from '../signalling/server-address.ts';

/** Page on the browser's page events and sendBeacon. */
export class BrowserPage implements Page {
  acquireSession(
    server: string,
    userId: UserId,
  ): Promise<{ sessionId: SessionId; release: () => void }> {
    return acquireTabSession(server, userId);
  }

  onLeaving(callback: () => void): () => void {
    const ended = new AbortController();
    // Also where the browser may keep the page (back/forward cache): nobody sees it, and it may never be shown again.
    addEventListener('pagehide', () => callback(), { signal: ended.signal });
    return () => ended.abort();
  }

  onReturning(callback: () => void): () => void {
    const ended = new AbortController();
    const { signal } = ended;
    addEventListener('online', callback, { signal });
    addEventListener('pageshow', (event) => event.persisted && callback(), { signal });
    document.addEventListener(
      'visibilitychange',
      () => document.visibilityState === 'visible' && callback(),
      { signal },
    );
    return () => ended.abort();
  }

  sendLeave(server: string, body: LeaveBeacon): void {
    const { origin, path } = parseServer(server);
    const url = `${origin}${path}/v1/leave`;
    // A string goes as text/plain: no preflight, which a dying page could not wait for.
    const text = JSON.stringify(body);
    if (navigator.sendBeacon?.(url, text)) return;
    fetch(url, { method: 'POST', body: text, keepalive: true }).catch(() => {
      // The page has gone; the server notices the closed socket.
    });
  }
}
