import 'tui-call/define';

// The one import that a page needs also declares the element and its events.
const widget = document.querySelector('tui-call');
if (widget !== null) {
  const begun: Promise<{ callId: string }> = widget.calls(['bob'], 'video');
  void begun;
  widget.addEventListener('call-received', ({ detail }) => {
    const callees: readonly string[] = detail.calleeIdList;
    console.log(callees.length, detail.callerId.toUpperCase());
    // @ts-expect-error: a call that is received has no total time
    console.log(detail.totalTime);
  });
  widget.addEventListener('state-changed', ({ detail }) => console.log(detail.phase));
}
const made: HTMLElement = document.createElement('tui-call');
document.body.addEventListener('call-end', ({ detail }) => console.log(detail.totalTime.toFixed()));
document.body.append(made);
