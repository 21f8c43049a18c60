import { parseCallId, type CallId } from '../../protocol/index.ts';
import type { StorageKey } from '../state/effects.ts';
import type { RestoredCall } from '../state/call-state.ts';
import { parseTerminations, type PendingTermination } from '../state/pending-termination.ts';
import type { PersistentStorage } from '../api/ports.ts';

/** The persisted state of a user at a server. Reads what derived-effects.ts writes. */
export interface PersistedState {
  readonly restored: readonly RestoredCall[];
  readonly ignored: readonly CallId[];
  readonly pendingTerminations: readonly PendingTermination[];
  readonly missedSeq: number | null;
}

export function storageKey(server: string, userId: string, key: StorageKey): string {
  return `tui-call ${server} ${userId} ${key}`;
}

export function loadPersisted(
  storage: PersistentStorage,
  keyOf: (key: StorageKey) => string,
): PersistedState {
  const seq = storage.browser.read(keyOf('missed-seq'));
  return {
    restored: parseRestored(
      storage.tab.read(keyOf('open-call')),
      storage.tab.read(keyOf('tracks')),
    ),
    ignored: (storage.tab.read(keyOf('ignored')) ?? '')
      .split(' ')
      .map(parseCallId)
      .filter((callId) => callId !== null),
    pendingTerminations: parseTerminations(storage.tab.read(keyOf('terminations'))),
    missedSeq: seq !== null && /^\d+$/.test(seq) ? Number(seq) : null,
  };
}

function parseRestored(openCalls: string | null, tracks: string | null): readonly RestoredCall[] {
  const on = (tracks ?? 'microphone').split(' ');
  const microphone = on.includes('microphone');
  const camera = on.includes('camera');
  return [...(openCalls ?? '').matchAll(/(\S+) (\d+)/g)].flatMap(([, id, version]) => {
    const callId = parseCallId(id);
    return callId === null ? [] : [{ callId, version: Number(version), microphone, camera }];
  });
}
