import type { EngineState } from './call-state.ts';
import type { ConnectionState } from './observer.ts';

/** The connection as programs see it. */
export function connectionOf({ account, link }: EngineState): ConnectionState {
  if (account === null) return 'disconnected';
  switch (link.status) {
    case 'off':
      return 'disconnected';
    case 'connecting':
      return 'connecting';
    case 'online':
      return 'connected';
    case 'lost':
      return 'reconnecting';
  }
}

/** Signalling is away for so long that the user should know. */
export function linkIsAway({ link }: EngineState): boolean {
  return link.status === 'lost' ? link.noticed : link.status !== 'online';
}
