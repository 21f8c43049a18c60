import type { PushDevice, PushOwner } from '../../src/engine/api/ports.ts';
import type { PushTarget } from '../../src/protocol/index.ts';

/** A device that records what it is asked for, and remembers one target. */
export class FakePush implements PushDevice {
  readonly asked: string[] = [];
  remembered: PushTarget | null = null;

  subscribe({ userId }: PushOwner, serverKey: string, vapidKey = '-'): Promise<PushTarget> {
    this.asked.push(`subscribe ${userId} ${serverKey} ${vapidKey}`);
    return this.remember({ server: '', userId }, 'web', 'https://push.test/1');
  }

  remember(_owner: PushOwner, platform: string, address: string): Promise<PushTarget> {
    this.remembered = { platform, address, p256dh: '', auth: '', echo: '' };
    return Promise.resolve(this.remembered);
  }

  restore({ userId }: PushOwner): Promise<PushTarget | null> {
    this.asked.push(`restore ${userId}`);
    return Promise.resolve(this.remembered);
  }

  forget({ userId }: PushOwner): PushTarget | null {
    this.asked.push(`forget ${userId}`);
    const { remembered } = this;
    this.remembered = null;
    return remembered;
  }
}
