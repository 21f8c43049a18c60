import { createResource, createSignal, For } from 'solid-js';
import { render } from 'solid-js/web';
import 'tui-call/define';
import type { TuiCall } from 'tui-call';

interface Session {
  server: string;
  userId: string;
  userSig: string;
  contacts: { userId: string; name: string }[];
}

function Calls() {
  const [session] = createResource<Session>(async () => (await fetch('/session')).json());
  const [status, setStatus] = createSignal('');
  let call!: TuiCall;

  return (
    <>
      <tui-call
        ref={call}
        server={session()?.server}
        user-id={session()?.userId}
        user-sig={session()?.userSig}
        prop:contacts={session()?.contacts}
        on:call-received={(event) => setStatus(`${event.detail.callerId} is calling`)}
        on:call-end={() => setStatus('The call is over')}
      />
      <For each={session()?.contacts}>
        {({ userId, name }) => (
          <button
            onClick={() => call.calls([userId], 'video').catch((error) => setStatus(error.message))}
          >
            Call {name}
          </button>
        )}
      </For>
      <p role="status">{status()}</p>
    </>
  );
}

render(() => <Calls />, document.body);
