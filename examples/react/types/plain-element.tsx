import 'tui-call/define';
import 'tui-call/recents';
import type { TuiCall } from 'tui-call';
import type {} from 'tui-call/types/react';
import { TuiCall as Component, useTuiCall } from 'tui-call/react';

// What has to compile, and what must not: the elements in JSX, and the component.
export function Elements() {
  return (
    <>
      <tui-call
        ref={(call: TuiCall | null) => void call?.hangup()}
        id="calls"
        className="phone"
        server="https://calls.example"
        user-id="alice"
        userSig="eyJ"
        mode="inline"
        mute-ringtone="false"
        muteRingtone={false}
        contacts={[{ userId: 'bob', name: 'Bob' }]}
        oncall-received={(event) => event.detail.callerId.trim()}
        onstate-changed={({ detail }) => detail.phase === 'idle'}
      >
        <button slot="controls">Note</button>
      </tui-call>
      <tui-call-recents
        for="calls"
        page-size={20}
        oncall-back={({ detail }) => detail.call.callId.trim()}
      />
      {/* @ts-expect-error: a mode is floating, inline or fullscreen */}
      <tui-call mode="tiny" />
      {/* @ts-expect-error: contacts are a list */}
      <tui-call contacts="bob" />
      {/* @ts-expect-error: call-received has no totalTime */}
      <tui-call oncall-received={(event) => event.detail.totalTime} />
    </>
  );
}

export function Components() {
  const { ref, element, state } = useTuiCall();
  const phase: 'idle' | 'connected' | string = state.phase;
  return (
    <>
      <Component
        ref={ref}
        server={null}
        className={phase}
        onCallEnd={(event) => event.detail.totalTime.toFixed()}
        onBeforeCall={(event) => event.preventDefault()}
        onClick={() => void element?.calls(['bob'], 'audio')}
      />
      {/* @ts-expect-error: contacts are a list */}
      <Component contacts="bob" />
      {/* @ts-expect-error: call-end has no callerName */}
      <Component onCallEnd={(event) => event.detail.callerName} />
      {/* @ts-expect-error: a component takes camel case */}
      <Component user-id={1} userId={1} />
    </>
  );
}
