import { expect } from '@open-wc/testing';
import { allWords } from './stage-controller.ts';
import { directionOf, loadWords } from './strings.ts';
import { en } from './strings/en.ts';
import { enFirst } from './strings/en-first.ts';

describe('the words', () => {
  for (const lang of ['de', 'zh-Hans-CN', 'es-MX', 'fr', 'ar-EG']) {
    it(`are there in ${lang}, with every name in its sentence`, async () => {
      const words = allWords(await loadWords(lang));
      expect(words.accept).to.not.equal(en.accept);
      const sentences = [
        words.callWith,
        words.joined,
        words.left,
        words.peerWeak,
        words.endings.missed,
      ];
      for (const sentence of sentences) expect(sentence('Mina')).to.contain('Mina');
      for (const [title, advice] of Object.values(words.problems)) {
        expect(title).to.not.equal('');
        expect(advice).to.not.equal('');
      }
    });
  }

  it('are English in a language there are none for', async () => {
    expect(await loadWords('tlh')).to.equal(enFirst);
    expect(await loadWords('')).to.equal(enFirst);
    expect(await loadWords('constructor')).to.equal(enFirst);
  });

  it('run from right to left only where they are words of such a language', () => {
    expect(['ar', 'ar-EG', 'AR', 'he', 'en', 'arn', ''].map(directionOf)).to.deep.equal([
      'rtl',
      'rtl',
      'rtl',
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
