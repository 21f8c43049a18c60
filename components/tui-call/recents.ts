import { TuiCallAvatar } from '../tui-call-avatar/tui-call-avatar.ts';
import { TuiCallButton } from '../tui-call-button/tui-call-button.ts';
import { TuiCallRecents } from '../tui-call-recents/tui-call-recents.ts';
import { register } from '../shared/register.ts';
import { TuiCall } from './tui-call.ts';

/*
 * Registers `<tui-call-recents>` on the page that loads this module. Registers `<tui-call>`, too: the
 * list requires one and shares most of its code.
 */
register({
  'tui-call': TuiCall,
  'tui-call-avatar': TuiCallAvatar,
  'tui-call-button': TuiCallButton,
  'tui-call-recents': TuiCallRecents,
});

export {
  TuiCallRecents,
  type CallBackEvent,
  type RecentsChangedEvent,
  type RecentsDeletedEvent,
  type TuiCallRecentsEventMap,
} from '../tui-call-recents/tui-call-recents.ts';
export type { RecentCall, RecentOutcome, RecentPeer } from '../../src/protocol/index.ts';
