import 'tui-call/recents';
import { TuiCallRecents, type RecentCall } from 'tui-call/recents';

// Code of a page that uses the list of recent calls and must compile, and code that must not.
const list = document.querySelector('tui-call-recents');
if (list !== null) {
  const element: TuiCallRecents = list;
  element.for = 'calls';
  element.call = document.querySelector('tui-call');
  void element.refresh().then(() => element.updateComplete);

  element.addEventListener('call-back', (event) => {
    const call: RecentCall = event.detail.call;
    if (call.outcome === 'missed') event.preventDefault();
    // @ts-expect-error: an ended call has no state
    console.log(call.state);
  });
  element.addEventListener('recents-changed', ({ detail }) => {
    const calls: readonly RecentCall[] = detail.calls;
    console.log(calls.length, detail.hasMore);
  });
  element.addEventListener('recents-deleted', ({ detail }) => {
    console.log(detail.callIds.join());
  });

  // @ts-expect-error: a theme is auto, light or dark
  element.theme = 'sepia';
}
