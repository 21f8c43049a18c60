import 'tui-call/define';
import 'tui-call/recents';

// What has to compile, and what must not.
export const Elements = () => (
  <>
    <tui-call
      server="https://calls.example"
      user-id="alice"
      user-sig="eyJ"
      mode="inline"
      mute-ringtone={false}
      prop:contacts={[{ userId: 'bob', name: 'Bob' }]}
      on:call-received={(event) => event.detail.callerId.trim()}
    >
      <button slot="controls">Note</button>
    </tui-call>
    <tui-call-recents for="calls" on:call-back={({ detail }) => detail.call.callId.trim()} />
    {/* @ts-expect-error: a mode is floating, inline or fullscreen */}
    <tui-call mode="tiny" />
    {/* @ts-expect-error: contacts are a list */}
    <tui-call prop:contacts="bob" />
    {/* @ts-expect-error: Solid would write the attribute muteringtone */}
    <tui-call muteRingtone={false} />
    {/* @ts-expect-error: call-received has no totalTime */}
    <tui-call on:call-received={(event) => event.detail.totalTime} />
  </>
);
