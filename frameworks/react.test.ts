import { expect } from '@open-wc/testing';
import { createElement, StrictMode, useState, type ReactElement } from 'react';
import { flushSync } from 'react-dom';
import { createRoot, hydrateRoot, type Root } from 'react-dom/client';
import { connectedVideo, idle } from '../test/fakes/call-scenes.ts';
import { asked, removeForGood, show } from '../test/support/call-under-test.ts';
import { drawn } from '../test/support/draw.ts';
import { callIn } from '../test/support/tui-call-under-test.ts';
import { TuiCall, useTuiCall, type TuiCallProps } from './react.ts';

const alice = { server: 'https://calls.example', userId: 'alice', userSig: 'sig-1' };
const contacts = [{ userId: 'bob', name: 'Bob' }];

describe('tui-call/react', () => {
  let place: HTMLElement;
  let root: Root | null;

  beforeEach(() => {
    place = document.createElement('div');
    document.body.append(place);
    root = null;
  });
  afterEach(() => {
    flushSync(() => root?.unmount());
    place.remove();
  });

  function render(node: ReactElement): void {
    root ??= createRoot(place);
    const current = root;
    flushSync(() => current.render(node));
  }

  const renderCall = (props: TuiCallProps): void => render(createElement(TuiCall, props));

  it('sets properties, also lists and false, and writes no userSig into the document', async () => {
    renderCall({ ...alice, contacts, muteRingtone: false, className: 'phone', id: 'calls' });
    await drawn();
    const call = callIn(place);
    expect(asked(call)).to.deep.equal(['init']);
    expect(call.contacts).to.equal(contacts);
    expect(call.muteRingtone).to.be.false;
    expect(place.innerHTML).to.contain('class="phone"').and.contain('id="calls"');
    expect(place.innerHTML).to.not.contain('sig-1');
  });

  it('gives a value that is removed its default again', async () => {
    renderCall({ ...alice, mode: 'inline', muteRingtone: true, className: 'phone' });
    renderCall({ ...alice, muteRingtone: null });
    await drawn();
    const call = callIn(place);
    expect(call.mode).to.equal('floating');
    expect(call.muteRingtone).to.be.false;
    expect(call.hasAttribute('class')).to.be.false;
  });

  it('keeps what the element itself has changed when the parent renders again', () => {
    renderCall({ ...alice, layout: 'auto' });
    callIn(place).layout = 'speaker';
    renderCall({ ...alice, layout: 'auto' });
    expect(callIn(place).layout).to.equal('speaker');
  });

  it('calls the newest handler with the event', () => {
    const heard: string[] = [];
    renderCall({ ...alice, onCallReceived: () => heard.push('old') });
    renderCall({
      ...alice,
      onCallReceived: (event) => {
        heard.push(event.detail.callerId);
        event.preventDefault();
      },
    });
    const { engine } = callIn(place).parts;
    engine.notify('onCallReceived', ['bob', ['alice'], '', 'video'], { callId: 'call-1' });
    engine.notify('onUserJoin', ['bob']);
    expect(heard).to.deep.equal(['bob']);
  });

  it('sets values and handlers on an element that a server has rendered', async () => {
    const complaints: unknown[] = [];
    const { error } = console;
    console.error = (...words: unknown[]) => complaints.push(words);
    const heard: string[] = [];
    try {
      place.innerHTML = '<tui-call class="phone"></tui-call>';
      const served = callIn(place);
      const props: TuiCallProps = {
        ...{ ...alice, contacts, mode: 'inline', className: 'phone' },
        onCallBegin: (event) => heard.push(event.detail.roomId),
      };
      flushSync(() => (root = hydrateRoot(place, createElement(TuiCall, props))));
      await drawn();
      expect(callIn(place)).to.equal(served);
      expect(asked(served)).to.deep.equal(['init']);
      expect(served.contacts).to.equal(contacts);
      served.parts.engine.notify('onCallBegin', ['room-1', 'video', 'callee']);
      expect(heard).to.deep.equal(['room-1']);
      expect(complaints).to.deep.equal([]);
    } finally {
      console.error = error;
    }
  });

  it('signs in once under StrictMode, and calls each handler once', async () => {
    let heard = 0;
    const props: TuiCallProps = { ...alice, onUserJoin: () => (heard += 1) };
    render(createElement(StrictMode, null, createElement(TuiCall, props)));
    await drawn();
    const call = callIn(place);
    expect(call.made).to.have.length(1);
    expect(asked(call)).to.deep.equal(['init']);
    call.parts.engine.notify('onUserJoin', ['bob']);
    expect(heard).to.equal(1);
  });

  it('ends the session when it is unmounted during a call, and calls no handler afterwards', async () => {
    const heard: string[] = [];
    renderCall({ ...alice, onCallEnd: () => heard.push('end') });
    const call = callIn(place);
    await show(call, connectedVideo);
    render(createElement('p'));
    await removeForGood(call);
    expect(asked(call).at(-1)).to.equal('destroy');
    call.dispatchEvent(new CustomEvent('call-end'));
    expect(heard).to.deep.equal([]);
  });

  it('renders slotted children', () => {
    renderCall({ ...alice, children: createElement('button', { slot: 'controls' }, 'Note') });
    expect(callIn(place).querySelector('button')?.slot).to.equal('controls');
  });

  it('useTuiCall gives the element and its state, and follows another element', async () => {
    let setKey: (key: string) => void = () => undefined;
    function App(): ReactElement {
      const [key, set] = useState('a');
      setKey = set;
      const { ref, element, state } = useTuiCall();
      return createElement(
        'div',
        null,
        createElement(TuiCall, { ...alice, key, ref }),
        createElement('output', null, `${element?.userId ?? 'nobody'} ${state.phase}`),
      );
    }
    render(createElement(App));
    const output = (): string | null | undefined => place.querySelector('output')?.textContent;
    const first = callIn(place);
    await show(first, connectedVideo);
    expect(output()).to.equal('alice connected');
    flushSync(() => setKey('b'));
    await drawn();
    expect(callIn(place)).to.not.equal(first);
    expect(output()).to.equal('alice idle');
    await show(first, { ...idle, phase: 'outgoing' });
    expect(output()).to.equal('alice idle');
  });
});
