import { expect } from '@open-wc/testing';
import { fullMessages } from '../shared/lazy-messages-controller.ts';
import { directionOf, loadMessages } from './load-messages.ts';
import { en, type Messages } from './en.ts';
import { coreMessages } from './core.ts';

describe('the messages', () => {
  for (const lang of ['de', 'zh-Hans-CN', 'es-MX', 'fr', 'ar-EG']) {
    it(`are complete in ${lang}, and none of them is the English one`, async () => {
      const words = sayingsOf(await wordsOf(lang));
      const english = sayingsOf(en);
      expect(Object.keys(words).sort()).to.deep.equal(Object.keys(english).sort());
      const same = Object.keys(english).filter((key) => words[key]!.text === english[key]!.text);
      expect(same.filter((key) => !ALIKE.has(key))).to.deep.equal([]);
      expect(Object.keys(words).filter((key) => !words[key]!.text.trim())).to.deep.equal([]);
    });

    it(`contain the same names and numbers as in English, in ${lang}`, async () => {
      const words = sayingsOf(await wordsOf(lang));
      for (const [key, { mentions }] of Object.entries(sayingsOf(en)))
        expect(words[key]!.mentions, key).to.deep.equal(mentions);
    });
  }

  it('use the singular for one', async () => {
    const counted = async (lang: string) => {
      const { andOthers, callsShown } = await wordsOf(lang);
      return [1, 2].flatMap((count) => [andOthers('Mina', count), callsShown(count)]);
    };
    expect(await counted('en')).to.deep.equal([
      ...['Mina and 1 other', '1 call shown'],
      ...['Mina and 2 others', '2 calls shown'],
    ]);
    expect(await counted('de')).to.deep.equal([
      ...['Mina und 1 weiteren Person', '1 Anruf angezeigt'],
      ...['Mina und 2 weiteren', '2 Anrufe angezeigt'],
    ]);
    expect(await counted('es')).to.deep.equal([
      ...['Mina y 1 más', '1 llamada mostrada'],
      ...['Mina y 2 más', '2 llamadas mostradas'],
    ]);
    expect(await counted('fr')).to.deep.equal([
      ...['Mina et 1 autre', '1 appel affiché'],
      ...['Mina et 2 autres', '2 appels affichés'],
    ]);
  });

  it('are the English ones for an unknown language', async () => {
    expect(await loadMessages('tlh')).to.equal(coreMessages);
    expect(await loadMessages('')).to.equal(coreMessages);
    expect(await loadMessages('constructor')).to.equal(coreMessages);
  });

  it('have the direction rtl only in a right-to-left language', () => {
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

/** Texts that are the same in several languages. */
const ALIKE = new Set(['mediaTypes.audio', 'mediaTypes.video']);

interface Saying {
  readonly text: string;
  /** The arguments that the text contains, in this order. */
  readonly mentions: readonly string[];
}

type Telling = (...told: (string | number)[]) => string;

async function wordsOf(lang: string): Promise<Messages> {
  return fullMessages(await loadMessages(lang));
}

/** Every text by its key; functions get a name and two numbers. */
function sayingsOf(words: Messages): Record<string, Saying> {
  const sayings = (value: unknown, key: string): [string, Saying][] => {
    if (typeof value === 'string') return [[key, { text: value, mentions: [] }]];
    if (typeof value === 'function') return [[key, said(value as Telling)]];
    return Object.entries(value as object).flatMap(([inner, one]) =>
      sayings(one, key === '' ? inner : `${key}.${inner}`),
    );
  };
  return Object.fromEntries(sayings(words, ''));
}

function said(telling: Telling): Saying {
  const [name, few, many] = ['Mina', 53, 71];
  // Some functions take a name first, others only numbers.
  const texts =
    telling.length === 2
      ? [telling(name, many), telling(few, many)]
      : [telling(name), telling(many)];
  const mentions = [name, few, many]
    .map(String)
    .filter((one) => texts.some((text) => text.includes(one)));
  return { text: texts.join(' / '), mentions };
}
