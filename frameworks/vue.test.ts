import { expect } from '@open-wc/testing';
import {
  createApp,
  createSSRApp,
  defineComponent,
  h,
  nextTick,
  shallowReactive,
  type App,
} from 'vue';
import { connectedVideo, idle } from '../test/fakes/call-scenes.ts';
import { asked, removeForGood, show } from '../test/support/call-under-test.ts';
import { drawn } from '../test/support/draw.ts';
import { callIn } from '../test/support/tui-call-under-test.ts';
import { TuiCall, useTuiCall } from './vue.ts';

const alice = { server: 'https://calls.example', userId: 'alice', userSig: 'sig-1' };
const contacts = [{ userId: 'bob', name: 'Bob' }];
type Props = Record<string, unknown>;

describe('tui-call/vue', () => {
  let place: HTMLElement;
  let app: App | null;

  beforeEach(() => {
    place = document.createElement('div');
    document.body.append(place);
    app = null;
  });
  afterEach(() => {
    app?.unmount();
    place.remove();
  });

  /** Mounts the component; the result changes its props. */
  function mount(props: Props, create = createApp): Props {
    const current = shallowReactive<Props>({ ...props });
    app = create({ render: () => h(TuiCall, { ...current }) });
    app.mount(place);
    return current;
  }

  it('sets properties, also lists and false, and writes no userSig into the document', async () => {
    mount({ ...alice, contacts, muteRingtone: false, class: 'phone' });
    await drawn();
    const call = callIn(place);
    expect(asked(call)).to.deep.equal(['init']);
    expect(call.contacts).to.equal(contacts);
    expect(call.muteRingtone).to.be.false;
    expect(call.className).to.equal('phone');
    expect(place.innerHTML).to.not.contain('sig-1');
  });

  for (const [written, expected] of [
    ['false', false],
    ['', true],
    ['true', true],
    [false, false],
    [true, true],
  ] as const) {
    it(`reads mute-ringtone="${written}" (${typeof written}) as ${expected}`, () => {
      mount({ ...alice, 'mute-ringtone': written });
      expect(callIn(place).muteRingtone).to.equal(expected);
    });
  }

  it('gives a value that is removed its default again', async () => {
    const props = mount({ ...alice, mode: 'inline', 'fill-mode': 'contain' });
    props.mode = undefined;
    delete props['fill-mode'];
    await nextTick();
    expect(callIn(place).mode).to.equal('floating');
    expect(callIn(place).fillMode).to.equal('cover');
  });

  it('emits each event once', () => {
    const heard: string[] = [];
    mount({
      ...alice,
      onCallReceived: (event: CustomEvent<{ callerId: string }>) =>
        heard.push(event.detail.callerId),
    });
    const { engine } = callIn(place).parts;
    engine.notify('onCallReceived', ['bob', ['alice'], '', 'video'], { callId: 'call-1' });
    expect(heard).to.deep.equal(['bob']);
  });

  it('sets values and handlers on an element that a server has rendered', async () => {
    const complaints: unknown[] = [];
    const { warn } = console;
    console.warn = (...words: unknown[]) => complaints.push(words);
    const heard: string[] = [];
    try {
      place.innerHTML = '<tui-call class="phone"></tui-call>';
      const served = callIn(place);
      const onCallBegin = (event: CustomEvent<{ roomId: string }>): unknown =>
        heard.push(event.detail.roomId);
      mount({ ...alice, contacts, class: 'phone', mode: 'inline', onCallBegin }, createSSRApp);
      await drawn();
      expect(callIn(place)).to.equal(served);
      expect(asked(served)).to.deep.equal(['init']);
      expect(served.contacts).to.equal(contacts);
      served.parts.engine.notify('onCallBegin', ['room-1', 'video', 'callee']);
      expect(heard).to.deep.equal(['room-1']);
      expect(complaints).to.deep.equal([]);
    } finally {
      console.warn = warn;
    }
  });

  it('ends the session when it is unmounted during a call, and emits nothing afterwards', async () => {
    let heard = 0;
    mount({ ...alice, onCallEnd: () => (heard += 1) });
    const call = callIn(place);
    await show(call, connectedVideo);
    app?.unmount();
    app = null;
    await removeForGood(call);
    expect(asked(call).at(-1)).to.equal('destroy');
    call.dispatchEvent(new CustomEvent('call-end'));
    expect(heard).to.equal(0);
  });

  it('renders slotted content', () => {
    app = createApp({ render: () => h(TuiCall, alice, () => h('button', { slot: 'controls' })) });
    app.mount(place);
    expect(callIn(place).querySelector('button')?.slot).to.equal('controls');
  });

  it('useTuiCall gives the element and its state, and follows another element', async () => {
    const shown = shallowReactive({ key: 'a' });
    const Program = defineComponent(() => {
      const { ref, element, state } = useTuiCall();
      return () => [
        h(TuiCall, { ...alice, key: shown.key, ref }),
        h('output', `${element.value?.localName ?? 'nothing'} ${state.value.phase}`),
      ];
    });
    app = createApp(Program);
    app.mount(place);
    const first = callIn(place);
    await show(first, connectedVideo);
    const output = (): string | null | undefined => place.querySelector('output')?.textContent;
    expect(output()).to.equal('tui-call connected');
    shown.key = 'b';
    await drawn();
    expect(callIn(place)).to.not.equal(first);
    expect(output()).to.equal('tui-call idle');
    await show(first, { ...idle, phase: 'outgoing' });
    expect(output()).to.equal('tui-call idle');
  });
});
