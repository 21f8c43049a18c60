import { expect } from '@open-wc/testing';
import { drawn } from '../../../test/support/draw.ts';
import { LazyElements } from './lazy-elements.ts';

describe('a lazy chunk of elements', () => {
  it('loads once for several requests', async () => {
    const { part, fetches } = rarePart({ failures: 0 });
    part.load(() => undefined);
    part.load(() => undefined);
    await drawn();
    part.load(() => undefined);
    expect(fetches()).to.equal(1);
    expect(customElements.get('rare-part-0')).to.not.equal(undefined);
  });

  it('is retried until it has loaded', async () => {
    const { part, fetches } = rarePart({ failures: 2 });
    const later: (() => void)[] = [];
    part.load((_ms, callback) => later.push(callback));
    for (const tries of [1, 2]) {
      await drawn();
      expect([fetches(), later.length]).to.deep.equal([tries, 1]);
      later.shift()?.();
    }
    await drawn();
    expect([fetches(), later.length]).to.deep.equal([3, 0]);
    expect(customElements.get('rare-part-2')).to.not.equal(undefined);
  });
});

function rarePart({ failures }: { failures: number }) {
  let fetches = 0;
  const part = new LazyElements(async () => {
    fetches += 1;
    if (fetches <= failures) throw new TypeError('no network');
    return { [`rare-part-${failures}`]: class extends HTMLElement {} };
  });
  return { part, fetches: () => fetches };
}
