import { expect, html, waitUntil } from '@open-wc/testing';
import {
  connectedVideo,
  ended,
  group,
  idle,
  incomingVideo,
  peerWithoutCamera,
  ringing,
} from '../../test/fakes/call-scenes.ts';
import { CanvasCamera } from '../../test/support/canvas-camera.ts';
import { makeCall, show, type CallUnderTest } from '../../test/support/call-under-test.ts';
import {
  arrived,
  buttonNamed,
  buttonNames,
  deepAll,
  drawn,
  textOf,
} from '../../test/support/draw.ts';
import type { TuiCallTile } from '../tui-call-tile/tui-call-tile.ts';
import type { CallMember, CallSnapshot } from '../../src/engine/api/snapshot.ts';

const PICTURE = '/demo/icon.svg';

describe('what a page changes in tui-call', () => {
  describe('buttons', () => {
    it('are hidden by name', async () => {
      const call = await makeCall(
        html`<call-under-test
          hidden-buttons="microphone screen-share minimise fullscreen invite"
        ></call-under-test>`,
      );
      call.contacts = [{ userId: 'eve', name: 'Eve' }];
      await show(call, connectedVideo);
      expect(barOf(call)).to.deep.equal(['Turn camera off', 'More', 'Hang up']);
      const names = buttonNames(call);
      for (const name of ['Minimise', 'Full screen']) expect(names).to.not.contain(name);
      call.hiddenButtons = 'more';
      await drawn();
      expect(barOf(call)).to.contain('Mute');
      expect(barOf(call)).to.not.contain('More');
      await show(call, ringing);
      call.hiddenButtons = 'camera microphone';
      await drawn();
      expect(barOf(call)).to.deep.equal(['Hang up']);
      await call.minimise(true);
      await drawn();
      expect(barOf(call)).to.deep.equal(['Hang up']);
    });

    it('are added by the page, in the order of the page, before “Hang up”', async () => {
      const call = await makeCall();
      let clicks = 0;
      const onClick = () => (clicks += 1);
      call.buttons = [
        { id: 'note', label: 'Note', icon: '<path d="M4 4h16"/>', onClick },
        { id: 'help', label: 'Help <b>now</b>', onClick },
      ];
      call.buttonOrder = 'help camera';
      await show(call, connectedVideo);
      await waitUntil(() => deepAll(call, 'path[d="M4 4h16"]').length === 1);
      expect(barOf(call)).to.deep.equal([
        'Help <b>now</b>',
        'Turn camera off',
        'Mute',
        'Share screen',
        'Note',
        'More',
        'Hang up',
      ]);
      buttonNamed(call, 'Note').click();
      expect(clicks).to.equal(1);
      await arrived(call);
      await expect(call).to.be.accessible();
    });
  });

  describe('icons', () => {
    it('replace the built-in ones', async () => {
      const call = await makeCall();
      call.icons = { 'hang-up': '<svg viewBox="0 0 16 16"><circle cx="8" cy="8" r="4"/></svg>' };
      await show(call, connectedVideo);
      await waitUntil(() => deepAll(call, 'circle').length === 1);
      const [circle] = deepAll<SVGCircleElement>(call, 'circle');
      expect(circle?.ownerSVGElement?.getAttribute('viewBox')).to.equal('0 0 16 16');
      expect(circle?.closest('tui-call-button')?.getAttribute('tone')).to.equal('danger');
      expect(deepAll(call, 'tui-call-button path').length).to.be.above(2);
      call.icons = {};
      await waitUntil(() => deepAll(call, 'circle').length === 0);
    });

    it('contain shapes only: markup, references and programs do nothing', async () => {
      const call = await makeCall();
      call.icons = {
        more: `<svg onload="bad()" viewBox="0 0 24 24"><script>bad()</script>
          <style>*{display:none}</style><image href="https://evil.example/x.png"/>
          <foreignObject><p onclick="bad()">text</p><path d="M1 1"/></foreignObject>
          <use href="#x"/><a href="javascript:bad()"><path d="M2 2"/></a>
          <g onclick="bad()" style="color:red" class="x" id="x" filter="url(#f)" fill="url(https://evil.example/f)">
          <path d="M3 3" stroke="red"/></g><path d='M4 4' fill='u&#114;l(#x)'/><img src=x onerror=bad()></svg>`,
      };
      await show(call, connectedVideo);
      await waitUntil(() => deepAll(call, 'path[d="M3 3"]').length === 1);
      const [shape] = deepAll(call, 'path[d="M3 3"]');
      const svg = shape!.closest('svg')!;
      expect(svg.outerHTML).to.equal(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">' +
          '<g><path d="M3 3" stroke="red"></path></g><path d="M4 4"></path></svg>',
      );
    });
  });

  describe('labels', () => {
    it('replace single words, sentences and parts of groups, in every language', async () => {
      const call = await makeCall(html`<call-under-test lang="de"></call-under-test>`);
      call.labels = {
        hangUp: 'Weg',
        incomingVideo: 'Anruf aus der <b>Praxis</b>',
        callWith: (name) => `Termin mit ${name}`,
        endings: { 'hung-up': (name) => `${name} ist fertig.` },
      };
      await show(call, incomingVideo);
      await waitUntil(() => textOf(call).includes('Praxis'));
      expect(textOf(call)).to.contain('Anruf aus der <b>Praxis</b>').and.to.contain('Ablehnen');
      expect(deepAll(call, 'b').length).to.equal(0);
      await show(call, connectedVideo);
      expect(buttonNames(call)).to.contain('Weg');
      expect(deepAll(call, '[aria-label="Termin mit Mina Kim"]').length).to.be.above(0);
      await show(call, ended({}));
      expect(textOf(call)).to.contain('Mina Kim ist fertig.');
    });

    it('of another kind than the message have no effect', async () => {
      const call = await makeCall();
      const wrong = {
        hangUp: 7,
        callWith: 'x',
        endings: [],
        problems: null,
        unknown: 'y',
        mute: '',
      };
      Reflect.set(call, 'labels', wrong);
      await show(call, connectedVideo);
      await waitUntil(() => buttonNames(call).includes(''));
      expect(buttonNames(call)).to.contain('Hang up');
      expect(deepAll(call, '[aria-label="Call with Mina Kim"]').length).to.be.above(0);
    });
  });

  describe('regions', () => {
    const fill = (call: CallUnderTest, slot: string) => {
      const own = Object.assign(document.createElement('div'), {
        slot,
        textContent: `own ${slot}`,
      });
      call.append(own);
      return own as HTMLElement & { callState?: CallSnapshot; member?: CallMember };
    };
    const isShown = (own: HTMLElement) => own.getBoundingClientRect().width > 0;

    it('header and control-bar are replaced, with the state of the call', async () => {
      const call = await makeCall();
      const [header, bar] = [fill(call, 'header'), fill(call, 'control-bar')];
      await show(call, ringing);
      expect([isShown(header), isShown(bar)]).to.deep.equal([false, true]);
      await show(call, connectedVideo);
      expect([isShown(header), isShown(bar)]).to.deep.equal([true, true]);
      expect(header.callState).to.equal(connectedVideo);
      expect(barOf(call)).to.deep.equal([]);
      header.remove();
      bar.remove();
      await drawn();
      expect(textOf(call)).to.contain('Mina Kim');
      expect(barOf(call)).to.contain('Hang up');
    });

    it('incoming and ended fill the card, which keeps its name and role', async () => {
      const call = await makeCall();
      const [incoming, end] = [fill(call, 'incoming'), fill(call, 'ended')];
      await show(call, incomingVideo);
      expect([isShown(incoming), isShown(end)]).to.deep.equal([true, false]);
      expect(buttonNames(call)).to.deep.equal([]);
      const [card] = deepAll(call, '[role=alertdialog]');
      expect(card?.getAttribute('aria-label')).to.equal('Mina Kim: Incoming video call');
      await arrived(call);
      await expect(call).to.be.accessible();
      await show(call, ended({}));
      expect([isShown(incoming), isShown(end)]).to.deep.equal([false, true]);
      expect(end.callState?.ending?.reason).to.equal('hangup');
    });

    it('tile-<userId> replaces avatar, name and status of a member', async () => {
      const call = await makeCall();
      const own = fill(call, 'tile-jonas');
      await show(call, group);
      expect(isShown(own)).to.be.true;
      expect(own.member?.name).to.equal('Jonas P.');
      expect(textOf(call)).to.not.contain('Jonas P.');
      expect(textOf(call)).to.contain('Mina Kim');
      own.remove();
      await drawn();
      expect(textOf(call)).to.contain('Jonas P.');
    });

    it('idle is shown while there is nothing else to show', async () => {
      const call = await makeCall(
        html`<call-under-test><p slot="idle">Nobody calls.</p></call-under-test>`,
      );
      const own = call.querySelector('p')!;
      expect(isShown(own)).to.be.true;
      await show(call, incomingVideo);
      expect(isShown(own)).to.be.false;
      await show(call, idle);
      expect(isShown(own)).to.be.true;
    });
  });

  it('values that a framework leaves out change nothing', async () => {
    const call = await makeCall();
    const names = ['labels', 'icons', 'buttons', 'hiddenButtons', 'buttonOrder', 'stageBackground'];
    for (const nothing of [null, undefined]) {
      for (const name of [...names, 'selfBackground', 'backgroundFor', 'ringtoneFor'])
        Reflect.set(call, name, nothing);
      await show(call, connectedVideo);
      expect(barOf(call)).to.contain('Hang up').and.to.contain('Mute');
      expect(picturesOf(call)).to.deep.equal([]);
    }
  });

  it('parts can be styled from the page', async () => {
    const style = document.createElement('style');
    style.textContent = [
      'window',
      'stage',
      'header',
      'controls',
      'button',
      'tile',
      'video',
      'handle',
    ]
      .map((part) => `call-under-test::part(${part}) { outline: 7px solid red }`)
      .join('');
    document.head.append(style);
    const call = await makeCall();
    await show(call, connectedVideo);
    const outlined = (selector: string) =>
      deepAll(call, selector).some((one) => getComputedStyle(one).outlineWidth === '7px');
    for (const selector of [
      '.window',
      '.stage',
      '.head',
      'tui-call-controls',
      'button',
      '.place',
      'video',
      '.handle',
    ])
      expect(outlined(selector), selector).to.be.true;
    style.remove();
  });

  describe('pictures', () => {
    it('are behind the stage, behind the own tile and behind members without video', async () => {
      const call = await makeCall(
        html`<call-under-test
          stage-background=${PICTURE}
          self-background="/demo/icon.svg?own"
        ></call-under-test>`,
      );
      call.backgroundFor = (userId) => (userId === 'mina' ? '/demo/icon.svg?mina' : null);
      await show(call, { ...group, members: group.members.map((m) => ({ ...m, videoOn: false })) });
      expect(picturesOf(call)).to.deep.equal(['icon.svg', 'icon.svg?mina', 'icon.svg?own']);
      await show(call, { ...group, members: group.members.map((m) => ({ ...m, videoOn: true })) });
      // Until the first frames.
      expect(picturesOf(call)).to.deep.equal(['icon.svg', 'icon.svg?mina', 'icon.svg?own']);
      const camera = new CanvasCamera();
      for (const video of deepAll<HTMLVideoElement>(call, 'video')) video.srcObject = camera.stream;
      await camera.filmUntil(() => picturesOf(call).length === 1);
      expect(picturesOf(call)).to.deep.equal(['icon.svg']);
      await show(call, ringing);
      expect(picturesOf(call)).to.deep.equal(['icon.svg']);
    });

    it('are not loaded from unsafe URLs', async () => {
      const call = await makeCall(
        html`<call-under-test stage-background="http://evil.example/x.png"></call-under-test>`,
      );
      call.backgroundFor = () => 'javascript:alert(1)';
      await show(call, peerWithoutCamera);
      expect(picturesOf(call)).to.deep.equal([]);
    });
  });

  it('mirror decides whether the own video is mirrored', async () => {
    const call = await makeCall();
    await show(call, connectedVideo);
    const scales = async () => {
      await drawn();
      return deepAll(call, 'video').map((video) => getComputedStyle(video).scale);
    };
    expect((await scales()).sort()).to.deep.equal(['-1 1', 'none']);
    deepAll(call, 'video').forEach((video) => video.classList.add('back'));
    expect(await scales()).to.deep.equal(['none', 'none']);
    call.mirror = 'on';
    expect((await scales()).sort()).to.deep.equal(['-1 1', 'none']);
    call.mirror = 'off';
    expect(await scales()).to.deep.equal(['none', 'none']);
  });

  it('fill-mode="fill" stretches a video to its tile', async () => {
    const call = await makeCall(html`<call-under-test fill-mode="fill"></call-under-test>`);
    await show(call, connectedVideo);
    const fits = deepAll(call, 'video').map((video) => getComputedStyle(video).objectFit);
    expect(new Set(fits)).to.deep.equal(new Set(['fill']));
  });

  it('pin shows a member large until the call or the layout changes, as the Pin button does', async () => {
    const call = await makeCall();
    await show(call, group);
    const big = () => deepAll<TuiCallTile>(call, '.big tui-call-tile').map(({ userId }) => userId);
    await call.pin('jonas');
    await drawn();
    expect(big()).to.deep.equal(['jonas']);
    await call.minimise(true);
    await call.minimise(false);
    await drawn();
    expect(big()).to.deep.equal(['jonas']);
    buttonNamed(call, 'Unpin Jonas P.').click();
    await drawn();
    expect(big()).to.deep.equal([]);
    await call.pin('nobody');
    await drawn();
    expect(big()).to.deep.equal([]);
    await call.pin('jonas');
    call.layout = 'grid';
    await drawn();
    expect(big()).to.deep.equal([]);
  });

  it('minimised-changed is dispatched once for each change, also by the end of the call', async () => {
    const call = await makeCall();
    const seen: boolean[] = [];
    call.addEventListener('minimised-changed', ({ detail }) => seen.push(detail.on));
    await show(call, connectedVideo);
    buttonNamed(call, 'Minimise').click();
    await drawn();
    await call.minimise(true);
    await show(call, idle);
    expect(seen).to.deep.equal([true, false]);
  });
});

/** The accessible names of the buttons in the bar, or in the pill. */
function barOf(call: CallUnderTest): string[] {
  return deepAll(call, 'tui-call-controls, .controls, .pill')
    .flatMap(buttonNames)
    .filter((name) => name && !name.startsWith('Back to the call'));
}

function picturesOf(call: CallUnderTest): string[] {
  return deepAll<HTMLImageElement>(call, 'img.background').map(({ src }) => src.split('/').at(-1)!);
}
