import { expect } from '@open-wc/testing';
import { FakeDependencies } from '../../../test/fakes/fake-engine.ts';
import { CallRenderer } from './call-renderer.ts';
import { LazyView } from './lazy-view.ts';

describe('the lazy view', () => {
  it('loads once for several requests', async () => {
    const { later, fetches } = laterView({ failures: 0 });
    later.load();
    later.load();
    await later.loading;
    later.load();
    expect(fetches()).to.equal(1);
    expect(later.view).to.not.equal(null);
  });

  it('requests an update some time after a failed load, and then loads again', async () => {
    const { later, parts, fetches, changes } = laterView({ failures: 1 });
    later.load();
    await later.loading;
    expect([later.view, changes()]).to.deep.equal([null, 0]);
    parts.later.shift()?.();
    expect(changes()).to.equal(1);
    later.load();
    await later.loading;
    expect(fetches()).to.equal(2);
    expect(later.view).to.not.equal(null);
  });
});

function laterView({ failures }: { failures: number }) {
  const parts = new FakeDependencies();
  let [fetches, changes] = [0, 0];
  const fetchView = async (): Promise<CallRenderer> => {
    fetches += 1;
    if (fetches <= failures) throw new TypeError('no network');
    return CallRenderer.prototype;
  };
  const later = new LazyView({
    fetch: fetchView,
    after: (ms, callback) => void parts.after(ms, callback),
    changed: () => (changes += 1),
  });
  return { later, parts, fetches: () => fetches, changes: () => changes };
}
