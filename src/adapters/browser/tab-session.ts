import { parseSessionId, type SessionId, type UserId } from '../../protocol/index.ts';
import { randomId } from './random-id.ts';

/**
 * The session id of this tab: a reload keeps it, and no other tab or widget shares it.
 *
 * sessionStorage holds the id. A duplicated tab receives a copy of sessionStorage, so a Web Lock guards
 * each id in use; the browser releases the lock with the page. Each widget of a user in one tab takes one
 * slot. Without Web Locks (plain http) the id is removed from the storage while it is in use, and restored
 * on pagehide: a copy made in between has none.
 */

/** Time for which a reload waits until the previous page releases its lock. */
const PREVIOUS_PAGE_MS = 500;

/** Maximum number of widgets of one user in one tab. */
const SLOTS = 8;

interface AcquiredSession {
  readonly sessionId: SessionId;
  readonly release: () => void;
}

/** Ids held by this page; their locks are not released by waiting. */
const ownSessions = new Set<SessionId>();

export async function acquireTabSession(server: string, userId: UserId): Promise<AcquiredSession> {
  const slots = Array.from(
    { length: SLOTS },
    (_, n) => `tui-call:session:${server}:${userId}:${n}`,
  );
  const locks = navigator.locks as LockManager | undefined;
  return locks ? withLocks(slots, locks) : withoutLocks(slots);
}

async function withLocks(slots: readonly string[], locks: LockManager): Promise<AcquiredSession> {
  const stored = slots.flatMap((slot) => {
    const id = read(slot);
    return id && !ownSessions.has(id) ? [{ slot, id }] : [];
  });
  for (const { slot, id } of stored) {
    const release = await acquireLock(locks, id, { ifAvailable: true });
    if (release) return occupySlot(slot, id, release);
  }
  const first = stored[0];
  if (first) {
    const release = await acquireLock(locks, first.id, {
      signal: AbortSignal.timeout(PREVIOUS_PAGE_MS),
    });
    if (release) return occupySlot(first.slot, first.id, release);
  }
  const id = newId();
  const release = await acquireLock(locks, id, { ifAvailable: true });
  return occupySlot(freeSlot(slots), id, release ?? (() => undefined));
}

/** Holds the lock of the id until the returned function is called; null if it is not available. */
function acquireLock(
  locks: LockManager,
  id: SessionId,
  options: LockOptions,
): Promise<(() => void) | null> {
  return new Promise((resolve) => {
    const request = locks.request(`tui-call:session:${id}`, options, (lock) => {
      if (!lock) return resolve(null);
      return new Promise<void>((release) => resolve(release));
    });
    // The request timed out, or the browser refuses locks to this page (a sandboxed frame).
    request.catch(() => resolve(null));
  });
}

function occupySlot(slot: string, sessionId: SessionId, unlock: () => void): AcquiredSession {
  ownSessions.add(sessionId);
  write(slot, sessionId);
  return {
    sessionId,
    release: () => {
      ownSessions.delete(sessionId);
      if (read(slot) === sessionId) write(slot, null);
      unlock();
    },
  };
}

/** A slot that no widget of this page uses. A slot copied from another tab is overwritten. */
function freeSlot(slots: readonly string[]): string {
  const free = slots.find((slot) => {
    const id = read(slot);
    return id === null || !ownSessions.has(id);
  });
  return free ?? `${slots[0] ?? ''}+`;
}

function withoutLocks(slots: readonly string[]): AcquiredSession {
  const slot = slots.find((one) => read(one) !== null);
  const sessionId = (slot && read(slot)) || newId();
  if (slot) write(slot, null);
  const ended = new AbortController();
  const restore = (): void => {
    const free = slots.find((one) => read(one) === null);
    if (free) write(free, sessionId);
  };
  addEventListener('pagehide', restore, { signal: ended.signal });
  // Restored from the back/forward cache: the id is in use again.
  addEventListener('pageshow', () => forget(slots, sessionId), { signal: ended.signal });
  return { sessionId, release: () => ended.abort() };
}

function forget(slots: readonly string[], sessionId: SessionId): void {
  for (const slot of slots) if (read(slot) === sessionId) write(slot, null);
}

function newId(): SessionId {
  return randomId() as SessionId;
}

function read(slot: string): SessionId | null {
  try {
    return parseSessionId(sessionStorage.getItem(slot));
  } catch {
    return null;
  }
}

function write(slot: string, id: SessionId | null): void {
  try {
    if (id === null) sessionStorage.removeItem(slot);
    else sessionStorage.setItem(slot, id);
  } catch {
    // Storage is forbidden or full: a reload gets a new session; the server's grace ends the old one.
  }
}
