import {
  Component,
  CUSTOM_ELEMENTS_SCHEMA,
  ElementRef,
  OnInit,
  signal,
  viewChild,
} from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import 'tui-call/define';
import type { TuiCall, TuiCallEventMap } from 'tui-call/types/angular';

interface Session {
  server: string;
  userId: string;
  userSig: string;
  contacts: { userId: string; name: string }[];
}

@Component({
  selector: 'app-calls',
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    @let me = session();
    <tui-call
      #call
      [server]="me?.server"
      [userId]="me?.userId"
      [userSig]="me?.userSig"
      [contacts]="me?.contacts"
      (call-received)="onReceived($event)"
      (call-end)="status.set('The call is over')"
    ></tui-call>
    @for (contact of me?.contacts; track contact.userId) {
      <button (click)="ring(contact.userId)">Call {{ contact.name }}</button>
    }
    <p role="status">{{ status() }}</p>
  `,
})
class Calls implements OnInit {
  readonly session = signal<Session | undefined>(undefined);
  readonly status = signal('');
  readonly call = viewChild.required<ElementRef<TuiCall>>('call');

  async ngOnInit() {
    this.session.set(await (await fetch('/session')).json());
  }

  onReceived({ detail }: TuiCallEventMap['call-received']) {
    this.status.set(`${detail.callerId} is calling`);
  }

  ring(userId: string) {
    this.call()
      .nativeElement.calls([userId], 'video')
      .catch((error) => this.status.set(error.message));
  }
}

bootstrapApplication(Calls);
