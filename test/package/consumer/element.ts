import { TuiCall, type CallSnapshot } from 'tui-call';
import 'tui-call/define';

// What a page's program may write about the element, and what must not compile.
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
    // @ts-expect-error: a call that is received has no total time
    console.log(event.detail.totalTime);
  });
  element.addEventListener('call-end', (event) => {
    const milliseconds: number = event.detail.totalTime;
    console.log(milliseconds);
  });

  // @ts-expect-error: there are audio and video calls only
  void element.calls(['bob'], 'hologram');
  // @ts-expect-error: whom to call is a list
  void element.calls('bob', 'video');
  // @ts-expect-error: the state is read only
  element.state = state;
}
