import { fixture, html } from '@open-wc/testing';
import { register } from '../../components/shared/register.ts';
import { TuiCall } from '../../components/tui-call/tui-call.ts';
import type { CallSnapshot } from '../../src/engine/api/snapshot.ts';
import { FakeDependencies } from '../fakes/fake-engine.ts';
import { drawn } from './draw.ts';

const underTest = new Set<CallUnderTest>();

// The fake clock does not end the session of an element that its test leaves behind.
afterEach(() => {
  for (const call of underTest) {
    call.remove();
    for (const callback of call.parts.later.splice(0)) callback();
  }
  underTest.clear();
});

/** The element on a fake engine, a fake ringer and no media. */
export class CallUnderTest extends TuiCall {
  /** One for each time it was inserted into a document. */
  readonly made: FakeDependencies[] = [];

  get parts(): FakeDependencies {
    const last = this.made.at(-1);
    if (!last) throw new Error('the element has not been in a document');
    return last;
  }

  protected override createDependencies(): FakeDependencies {
    underTest.add(this);
    this.made.push(new FakeDependencies());
    return this.parts;
  }
}
register({ 'call-under-test': CallUnderTest });

export async function makeCall(
  template = html`<call-under-test></call-under-test>`,
): Promise<CallUnderTest> {
  const call = await fixture<CallUnderTest>(template);
  await drawn();
  return call;
}

export function signedIn(): Promise<CallUnderTest> {
  return makeCall(
    html`<call-under-test
      server="https://calls.example"
      user-id="alice"
      user-sig="sig-1"
    ></call-under-test>`,
  );
}

/** The names of the commands the element requested of the engine, in order. */
export function asked(call: CallUnderTest): string[] {
  return call.parts.engine.asked.map(([name]) => name);
}

export async function show(call: CallUnderTest, state: CallSnapshot): Promise<void> {
  call.parts.engine.show(state);
  await call.updateComplete;
  await drawn();
}

export async function refusal(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'it was not refused',
    (error: unknown) => error,
  );
}

/** Removes the element and lets the time pass in which it could be inserted again. */
export async function removeForGood(call: CallUnderTest): Promise<void> {
  const { parts } = call;
  call.remove();
  for (const callback of parts.later.splice(0)) callback();
  await drawn();
}
