import { expect } from '@open-wc/testing';
import { hueOf, initials, safeName } from './names.ts';

describe('safeName', () => {
  it('leaves names of any script as they are', () => {
    for (const name of ['Mina Kim', 'Øyvind Ærlig', '王小明', 'نرگس\u200cخانم', 'Zoë', '👩‍👩‍👧 Family'])
      expect(safeName(name)).to.equal(name);
  });

  it('takes out what turns text around or hides it', () => {
    expect(safeName('a\u202Eb\u2066c\u200Bd\u0000e\nf')).to.equal('abcdef');
  });

  it('cuts what is too long, and between letters', () => {
    expect([...safeName('😀'.repeat(10_000))].length).to.equal(61);
    expect(safeName('😀'.repeat(10_000)).endsWith('😀…')).to.be.true;
  });

  it('takes down towers of marks', () => {
    expect(safeName(`e${'\u0301'.repeat(200)}`)).to.equal(`e${'\u0301'.repeat(3)}`);
  });
});

describe('initials', () => {
  it('takes the first letters of the first and the last word', () => {
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
