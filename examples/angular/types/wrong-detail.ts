import { Component, CUSTOM_ELEMENTS_SCHEMA } from '@angular/core';
import type {} from 'tui-call/types/angular';

// It must not compile: call-received has no totalTime.
@Component({
  selector: 'wrong-detail',
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    <tui-call (call-end)="end = $event.detail.totalTime"></tui-call>
    <tui-call (call-received)="end = $event.detail.totalTime"></tui-call>
  `,
})
export class WrongDetail {
  end = 0;
}
