import { expect } from '@open-wc/testing';
import {
  connectedAudio,
  connectedVideo,
  group,
  groupOf,
  peerSharesScreen,
  peerWithoutCamera,
  sharing,
} from '../../test/fakes/call-scenes.ts';
import { activeSpeaker, arrange, TILES_PER_PAGE } from './layout.ts';

const plain = { layout: 'auto', chosen: null, speaker: null, page: 0 } as const;
const places = (arrangement: ReturnType<typeof arrange>) =>
  arrangement.tiles.map(({ key, place }) => `${place} ${key}`);

describe('arrange', () => {
  it('arranges a pair as one large and one small tile', () => {
    expect(places(arrange(connectedVideo, plain))).to.deep.equal([
      'big camera:mina',
      'small camera:alice',
    ]);
  });

  it('omits the own tile while the camera is off', () => {
    expect(places(arrange(connectedAudio, plain))).to.deep.equal(['big camera:mina']);
  });

  it('keeps the own tile small while the peer has no video', () => {
    expect(places(arrange(peerWithoutCamera, plain))).to.deep.equal([
      'big camera:mina',
      'small camera:alice',
    ]);
  });

  it('exchanges the sizes of a pair, and keeps the order', () => {
    expect(places(arrange(connectedVideo, { ...plain, chosen: 'camera:alice' }))).to.deep.equal([
      'small camera:mina',
      'big camera:alice',
    ]);
  });

  it('ignores a pinned tile that no longer exists', () => {
    expect(places(arrange(connectedAudio, { ...plain, chosen: 'camera:alice' }))).to.deep.equal([
      'big camera:mina',
    ]);
  });

  it('shows a member’s screen large beside the cameras', () => {
    const stage = arrange(peerSharesScreen, plain);
    expect(stage.kind).to.equal('speaker');
    expect(places(stage)).to.deep.equal([
      'big screen:mina',
      'small camera:mina',
      'small camera:alice',
    ]);
  });

  it('does not show the user’s own screen', () => {
    expect(arrange(sharing, plain).tiles.some(({ source }) => source === 'screen')).to.be.false;
  });

  it('arranges a group as a grid with the own tile last', () => {
    const stage = arrange(group, plain);
    expect(stage.kind).to.equal('grid');
    expect(stage.tiles.map(({ userId }) => userId)).to.deep.equal([
      'mina',
      'jonas',
      'rossi',
      'alice',
    ]);
    expect([stage.columnsWide, stage.columnsTall]).to.deep.equal([2, 2]);
  });

  it('shows the active speaker large in the layout speaker', () => {
    expect(places(arrange(group, { ...plain, layout: 'speaker' }))[0]).to.equal('big camera:mina');
  });

  it('puts at most sixteen tiles on a page, and limits the page number', () => {
    const first = arrange(groupOf(20), plain);
    expect(first.tiles.length).to.equal(TILES_PER_PAGE);
    expect(first.pages).to.equal(2);
    const last = arrange(groupOf(20), { ...plain, page: 99 });
    expect(last.page).to.equal(1);
    expect(last.tiles.length).to.equal(4);
  });

  it('arranges any number of members without a missing tile', () => {
    for (let count = 2; count <= 50; count++) {
      const { tiles, columnsWide, columnsTall } = arrange(groupOf(count), plain);
      for (const columns of [columnsWide, columnsTall]) {
        expect(columns, `${count} people`).to.be.within(1, 4);
        expect(Math.ceil(tiles.length / columns), `${count} people`).to.be.at.most(8);
      }
    }
  });

  it('keeps the own tile and the speaker on the first of several pages', () => {
    const state = groupOf(20);
    const first = (speaker: string | null) =>
      arrange(state, { ...plain, speaker }).tiles.map(({ userId }) => userId);
    expect(first(null).at(-1)).to.equal('alice');
    expect(first('user-18')).to.include.members(['user-18', 'alice']);
    expect(first('user-18').length).to.equal(TILES_PER_PAGE);
    expect(first('user-3')).to.deep.equal(first(null));
    const second = arrange(state, { ...plain, speaker: 'user-18', page: 1 });
    expect(second.tiles.map(({ userId }) => userId)).to.include('user-15');
  });

  it('shows a pinned tile large, and the pages again when it is gone', () => {
    const pinned = arrange(group, { ...plain, chosen: 'camera:jonas' });
    expect(pinned.kind).to.equal('speaker');
    expect(places(pinned)).to.include('big camera:jonas');
    expect(arrange(group, { ...plain, chosen: 'camera:gone' }).kind).to.equal('grid');
  });
});

describe('activeSpeaker', () => {
  const talk = (volumes: Readonly<Record<string, number>>) => ({
    ...group,
    members: group.members.map((m) => ({ ...m, audioOn: true, volume: volumes[m.userId] ?? 0 })),
  });

  it('is the loudest member, and stays until another member speaks alone', () => {
    expect(activeSpeaker(talk({ mina: 30, jonas: 60 }), null)).to.equal('jonas');
    expect(activeSpeaker(talk({ mina: 90, jonas: 20 }), 'jonas')).to.equal('jonas');
    expect(activeSpeaker(talk({}), 'jonas')).to.equal('jonas');
    expect(activeSpeaker(talk({ mina: 30 }), 'jonas')).to.equal('mina');
  });

  it('is never the user, nor a member who has left or only rings', () => {
    expect(activeSpeaker(talk({ alice: 90, rossi: 90 }), null)).to.equal(null);
    expect(activeSpeaker(talk({}), 'unknown-user')).to.equal(null);
  });
});
