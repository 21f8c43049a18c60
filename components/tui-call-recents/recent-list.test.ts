import { expect, nextFrame } from '@open-wc/testing';
import { idle } from '../../test/fakes/call-scenes.ts';
import { type FakeRecentsCall, recent } from '../../test/fakes/fake-recents-call.ts';
import { RecentList, mergeNewestPage, type RecentListState } from './recent-list.ts';

const HOUR_MS = 3_600_000;
const line = (hour: number) => recent(String(hour), { startedAt: hour * HOUR_MS });
const idsOf = (listing: RecentListState): string[] =>
  listing.phase === 'listed' ? listing.calls.map(({ callId }) => callId) : [listing.phase];

describe('merging the newest page', () => {
  const paged: RecentListState = {
    phase: 'listed',
    calls: [line(5), line(4), line(3), line(2)],
    cursor: 'behind 2',
  };

  it('keeps older pages and their cursor', () => {
    const listing = mergeNewestPage(paged, { calls: [line(6), line(5)], cursor: 'behind 5' });
    expect(idsOf(listing)).to.deep.equal(['call-6', 'call-5', 'call-4', 'call-3', 'call-2']);
    expect(listing).to.have.property('cursor', 'behind 2');
  });

  it('removes calls that were deleted on another device', () => {
    const listing = mergeNewestPage(paged, { calls: [line(5), line(3)], cursor: 'behind 3' });
    expect(idsOf(listing)).to.deep.equal(['call-5', 'call-3', 'call-2']);
  });

  it('replaces the list if it is the last page', () => {
    const listing = mergeNewestPage(paged, { calls: [line(4)], cursor: null });
    expect(idsOf(listing)).to.deep.equal(['call-4']);
  });
});

describe('the list of a user', () => {
  it('grows page by page', async () => {
    const { list } = opened([line(3), line(2), line(1)]);
    await list.refresh();
    expect(idsOf(list.listing)).to.deep.equal(['call-3', 'call-2']);
    await list.loadMore();
    expect(idsOf(list.listing)).to.deep.equal(['call-3', 'call-2', 'call-1']);
    expect(list.listing).to.have.property('cursor', null);
  });

  it('runs requests one after another, and merges two loads that have not begun', async () => {
    const { list, call } = opened([line(2), line(1)]);
    call.keepsAnswers = true;
    const acts = [list.refresh()];
    await nextFrame();
    acts.push(list.remove('call-2'), list.refresh(), list.refresh());
    for (const asked of [1, 2, 3]) {
      await nextFrame();
      expect(call.asked.length).to.equal(asked);
      call.kept.shift()?.();
    }
    await Promise.all(acts);
    expect(call.asked.map(([method]) => method)).to.deep.equal([
      'queryRecentCalls',
      'deleteRecentCalls',
      'queryRecentCalls',
    ]);
    expect(idsOf(list.listing)).to.deep.equal(['call-1']);
  });

  it('drops a result for a user who has signed out', async () => {
    const { list, call } = opened([line(1)]);
    call.keepsAnswers = true;
    const loading = list.refresh();
    await nextFrame();
    call.show({ ...idle, userId: null });
    list.open(null);
    call.kept.shift()?.();
    await loading;
    expect(list.listing).to.deep.equal({ phase: 'loading' });
  });

  it('deletes all calls of all pages', async () => {
    const all = Array.from({ length: 120 }, (_, i) => line(120 - i));
    const { list, call } = opened(all);
    await list.refresh();
    const gone = await list.clear();
    expect(gone.length).to.equal(120);
    expect(call.recent).to.deep.equal([]);
    expect(idsOf(list.listing)).to.deep.equal([]);
    expect(list.listing).to.have.property('cursor', null);
  });

  it('continues after a failure', async () => {
    const { list, call } = opened([line(1)]);
    call.refusals.set('queryRecentCalls', new Error('no'));
    let failures = 0;
    await list.refresh().catch(() => (failures += 1));
    expect([failures, list.listing.phase]).to.deep.equal([1, 'failed']);
    call.refusals.clear();
    await list.refresh();
    expect(idsOf(list.listing)).to.deep.equal(['call-1']);
  });
});

function opened(calls: FakeRecentsCall['recent']): { list: RecentList; call: FakeRecentsCall } {
  const call = document.createElement('fake-recents-call') as FakeRecentsCall;
  call.recent = calls;
  const list = new RecentList({ pageSize: () => 2, changed: () => undefined });
  list.open(call);
  return { list, call };
}
