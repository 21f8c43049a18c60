import { TuiCall, type CallSnapshot } from 'tui-call';
import 'tui-call/define';

// Code of a page that must compile, and code that must not.
const widget = document.querySelector('tui-call');
if (widget !== null) {
  const element: TuiCall = widget;
  element.userId = 'alice';

  const begun: Promise<{ callId: string }> = element.calls(['bob'], 'video', { timeout: 30 });
  void begun;
  void element.ready.then(() => element.hangup());
  const state: CallSnapshot = element.state;
  if (state.phase === 'ended') console.log(state.ending?.reason);

  element.addEventListener('call-received', (event) => {
    const caller: string = event.detail.callerId;
    const callees: readonly string[] = event.detail.calleeIdList;
    console.log(caller, callees.length, event.detail.callId);
    event.preventDefault();
    // @ts-expect-error: call-received has no totalTime
    console.log(event.detail.totalTime);
  });
  element.addEventListener('call-end', (event) => {
    const milliseconds: number = event.detail.totalTime;
    console.log(milliseconds);
  });

  // @ts-expect-error: a media type is audio or video
  void element.calls(['bob'], 'hologram');
  // @ts-expect-error: the callees are a list
  void element.calls('bob', 'video');
  // @ts-expect-error: the state is read only
  element.state = state;
}
