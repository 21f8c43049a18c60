'use client';

import { useEffect, useState } from 'react';
import { TuiCall, useTuiCall } from 'tui-call/react';

export function Calls() {
  const [session, setSession] = useState();
  const [status, setStatus] = useState('');
  const { ref, element, state } = useTuiCall();

  useEffect(() => {
    fetch('/session')
      .then((response) => response.json())
      .then(setSession);
  }, []);

  return (
    <>
      <TuiCall
        ref={ref}
        {...session}
        onCallReceived={(event) => setStatus(`${event.detail.callerId} is calling`)}
        onCallEnd={() => setStatus('The call is over')}
      />
      {session?.contacts.map(({ userId, name }) => (
        <button
          key={userId}
          disabled={state.phase !== 'idle'}
          onClick={() =>
            element.calls([userId], 'video').catch((error) => setStatus(error.message))
          }
        >
          Call {name}
        </button>
      ))}
      <p role="status">{status}</p>
    </>
  );
}
