import type { EngineState } from './call-state.ts';
import type { ConnectionState } from '../api/observer.ts';

/** The public connection state. */
export function connectionState({ account, connection }: EngineState): ConnectionState {
  if (account === null) return 'disconnected';
  switch (connection.status) {
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

/** Signalling is missing for long enough to show it. */
export function isConnectionLost({ connection }: EngineState): boolean {
  return connection.status === 'lost' ? connection.noticed : connection.status !== 'online';
}

/** The server refused the sign-in, or could not be reached in time: no `init()` waits for the connection. */
export function isSignInGivenUp({ connection }: EngineState): boolean {
  return connection.status === 'off' || ('intentId' in connection && connection.intentId === null);
}
