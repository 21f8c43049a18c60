import { expect } from '@open-wc/testing';
import { fullMessages } from '../shared/full-messages-controller.ts';
import { directionOf, loadMessages } from './load-messages.ts';
import { en } from './en.ts';
import { withEffects, type AllMessages } from './en-effects.ts';
import { coreMessages } from './core.ts';

describe('the messages', () => {
  for (const lang of [
    'de',
    'zh-Hans-CN',
    'es-MX',
    'fr',
    'ar-EG',
    'ja-JP',
    'ko',
    'pt-BR',
    'ru',
    'hi-IN',
  ]) {
    it(`are complete in ${lang}, and none of them is the English one`, async () => {
      const messages = textsOf(await messagesOf(lang));
      const english = textsOf(withEffects(en));
      expect(Object.keys(messages).sort()).to.deep.equal(Object.keys(english).sort());
      const same = Object.keys(english).filter((key) => messages[key]!.text === english[key]!.text);
      expect(same.filter((key) => !SAME_TEXTS.has(key))).to.deep.equal([]);
      expect(Object.keys(messages).filter((key) => !messages[key]!.text.trim())).to.deep.equal([]);
    });

    it(`contain the same names and numbers as in English, in ${lang}`, async () => {
      const messages = textsOf(await messagesOf(lang));
      for (const [key, { mentions }] of Object.entries(textsOf(withEffects(en))))
        expect(messages[key]!.mentions, key).to.deep.equal(mentions);
    });
  }

  it('use the singular for one', async () => {
    const counted = async (lang: string) => {
      const { andOthers, callsShown } = await messagesOf(lang);
      return [1, 2].flatMap((count) => [andOthers('Mina', count), callsShown(count)]);
    };
    expect(await counted('en')).to.deep.equal([
      ...['Mina and 1 other', '1 call shown'],
      ...['Mina and 2 others', '2 calls shown'],
    ]);
    expect(await counted('de')).to.deep.equal([
      ...['Mina und 1 weitere Person', '1 Anruf angezeigt'],
      ...['Mina und 2 weitere', '2 Anrufe angezeigt'],
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

  it('use the plural forms of the language', async () => {
    const { callsShown } = await messagesOf('ru');
    expect([1, 3, 5, 21].map(callsShown)).to.deep.equal([
      'Показан 1 звонок',
      'Показано 3 звонка',
      'Показано 5 звонков',
      'Показан 21 звонок',
    ]);
    const { andOthers } = await messagesOf('pt-BR');
    expect([1, 2].map((count) => andOthers('Mina', count))).to.deep.equal([
      'Mina e mais 1 pessoa',
      'Mina e mais 2 pessoas',
    ]);
    const arabic = await messagesOf('ar');
    expect(
      [1, 2, 3, 11].map((count) => arabic.andOthers('Mina', count).split(' ').at(-1)),
    ).to.deep.equal(['آخر', 'آخران', 'آخرون', 'آخر']);
  });

  it('are inflected where a number of people follows', async () => {
    const german = await messagesOf('de');
    const others = (count: number): string => german.andOthers('Mina', count);
    expect(german.callWith(others(1))).to.equal('Anruf mit Mina und 1 weiteren Person');
    expect(german.incomingGroup(others(2))).to.equal('Gruppenanruf mit Mina und 2 weiteren');
    expect(german.callWith('2 weitere Namen')).to.equal('Anruf mit 2 weitere Namen');
    const korean = await messagesOf('ko');
    expect(korean.callWith('Mina')).to.equal('Mina 님과의 통화');
    expect(korean.callWith(korean.andOthers('Mina', 2))).to.equal('Mina 외 2명과의 통화');
    expect(korean.pin(korean.screenOf('Mina'))).to.equal('Mina · 화면 고정');
    const japanese = await messagesOf('ja');
    expect(japanese.andOthers('Mina', 2)).to.equal('Mina、他2人');
    expect(japanese.callWith(japanese.andOthers('Mina', 2))).to.equal('Minaさん、他2人との通話');
    expect(japanese.joined('Mina')).to.equal('Minaさんが参加しました');
    expect(japanese.pin(japanese.screenOf('Mina'))).to.equal('Mina · 画面を固定');
    expect(japanese.deleteCall(japanese.groupCall)).to.equal('グループ通話との通話を削除');
    const arabic = await messagesOf('ar');
    expect(
      [1, 2, 3, 11].map((count) =>
        arabic.callWith(arabic.andOthers('Mina', count)).split(' ').at(-1),
      ),
    ).to.deep.equal(['آخر', 'آخرين', 'آخرين', 'آخر']);
    const hindi = await messagesOf('hi');
    expect([1, 2].map(hindi.inviteCount)).to.deep.equal(['1 व्यक्ति को बुलाएँ', '2 लोगों को बुलाएँ']);
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
const SAME_TEXTS = new Set(['mediaTypes.audio', 'mediaTypes.video']);

interface Text {
  readonly text: string;
  /** The arguments that the text contains, in this order. */
  readonly mentions: readonly string[];
}

type Format = (...args: (string | number)[]) => string;

async function messagesOf(lang: string): Promise<AllMessages> {
  return withEffects(fullMessages(await loadMessages(lang)));
}

/** Every text by its key; functions get a name and two numbers. */
function textsOf(messages: AllMessages): Record<string, Text> {
  const texts = (value: unknown, key: string): [string, Text][] => {
    if (typeof value === 'string') return [[key, { text: value, mentions: [] }]];
    if (typeof value === 'function') return [[key, textOf(value as Format)]];
    return Object.entries(value as object).flatMap(([inner, one]) =>
      texts(one, key === '' ? inner : `${key}.${inner}`),
    );
  };
  return Object.fromEntries(texts(messages, ''));
}

function textOf(format: Format): Text {
  const [name, few, many] = ['Mina', 53, 71];
  // Some functions take a name first, others only numbers.
  const samples =
    format.length === 2 ? [format(name, many), format(few, many)] : [format(name), format(many)];
  const mentions = [name, few, many]
    .map(String)
    .filter((one) => samples.some((text) => text.includes(one)));
  return { text: samples.join(' / '), mentions };
}
