import { parseCallId, type CallId } from '../protocol/index.ts';
import type { MemoryKey } from './call-effect.ts';
import type { Restored } from './call-state.ts';
import { parseFarewells, type Farewell } from './farewell.ts';
import type { Memory } from './ports.ts';

/** What this tab and browser remember of a user at a server; reads what derived-effects.ts writes. */

export interface Recollection {
  readonly restored: readonly Restored[];
  readonly ignored: readonly CallId[];
  readonly farewells: readonly Farewell[];
  readonly missedSeq: number | null;
}

export function memoryKeyFor(server: string, userId: string, key: MemoryKey): string {
  return `tui-call ${server} ${userId} ${key}`;
}

export function recollect(memory: Memory, keyOf: (key: MemoryKey) => string): Recollection {
  const seq = memory.browser.read(keyOf('missed-seq'));
  return {
    restored: restored(memory.tab.read(keyOf('open-call')), memory.tab.read(keyOf('tracks'))),
    ignored: (memory.tab.read(keyOf('ignored')) ?? '')
      .split(' ')
      .map(parseCallId)
      .filter((callId) => callId !== null),
    farewells: parseFarewells(memory.tab.read(keyOf('farewells'))),
    missedSeq: seq !== null && /^\d+$/.test(seq) ? Number(seq) : null,
  };
}

function restored(openCalls: string | null, tracks: string | null): readonly Restored[] {
  const on = (tracks ?? 'microphone').split(' ');
  const microphone = on.includes('microphone');
  const camera = on.includes('camera');
  return [...(openCalls ?? '').matchAll(/(\S+) (\d+)/g)].flatMap(([, id, version]) => {
    const callId = parseCallId(id);
    return callId === null ? [] : [{ callId, version: Number(version), microphone, camera }];
  });
}
