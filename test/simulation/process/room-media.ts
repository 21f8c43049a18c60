import { FakeMedia } from '../../fakes/fake-media.ts';
import { SignalledMedia } from '../../fault-injection/support/signalled-media.ts';
import type { DeviceMedia } from '../virtual/system/system.ts';

/** A participant in the LiveKit room, with signalling only. */
export class EnteredMedia extends SignalledMedia implements DeviceMedia {
  break(): void {
    if (!this.joined) return;
    this.pageGone();
    this.emit({ type: 'media-lost', reason: 'it broke' });
  }

  pageGone(): void {
    this.vanish();
    this.joined = false;
    this.open.clear();
  }
}

/** Media that LiveKit does not see: signalling alone shows whether its user is there. */
export class UnseenMedia extends FakeMedia implements DeviceMedia {
  break(): void {
    if (!this.joined) return;
    this.joined = false;
    this.emit({ type: 'media-lost', reason: 'it broke' });
  }

  pageGone(): void {
    this.joined = false;
    this.open.clear();
  }
}
