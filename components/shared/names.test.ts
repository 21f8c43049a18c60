import { expect } from '@open-wc/testing';
import { hueOf, initials, safeName } from './names.ts';

describe('safeName', () => {
  it('does not change names in any script', () => {
    for (const name of ['Mina Kim', 'Øyvind Ærlig', '王小明', 'نرگس\u200cخانم', 'Zoë', '👩‍👩‍👧 Family'])
      expect(safeName(name)).to.equal(name);
  });

  it('removes characters that reverse or hide text', () => {
    expect(safeName('a\u202Eb\u2066c\u200Bd\u0000e\nf')).to.equal('abcdef');
  });

  it('cuts a long name between two letters', () => {
    expect([...safeName('😀'.repeat(10_000))].length).to.equal(61);
    expect(safeName('😀'.repeat(10_000)).endsWith('😀…')).to.be.true;
  });

  it('removes stacked combining marks', () => {
    expect(safeName(`e${'\u0301'.repeat(200)}`)).to.equal(`e${'\u0301'.repeat(3)}`);
  });
});

describe('initials', () => {
  it('returns the first letters of the first and the last word', () => {
    expect(
      ['Mina Kim', 'Ludwig van Beethoven', 'plato', 'jo.doe', '', '  ', '<img src=x>'].map(
        initials,
      ),
    ).to.deep.equal(['MK', 'LB', 'P', 'JD', '?', '?', 'IS']);
  });
});

describe('hueOf', () => {
  it('is the same for the same user, and below the count', () => {
    expect(hueOf('mina', 6)).to.equal(hueOf('mina', 6));
    for (const id of ['a', 'mina', 'x'.repeat(64)]) expect(hueOf(id, 6)).to.be.within(0, 5);
  });
});
