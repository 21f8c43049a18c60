import { expect } from '@open-wc/testing';
import { formatLength, localeOf, formatWhen } from './recent-times.ts';

const now = new Date(2026, 4, 6, 12, 0).getTime();
const said = (...date: [number, number, number, number, number]): string =>
  formatWhen(new Date(...date).getTime(), now, 'en-GB');

describe('when a call was', () => {
  it('is said the shorter the nearer it is', () => {
    expect(formatWhen(now - 20_000, now, 'en-GB')).to.equal('now');
    expect(said(2026, 4, 6, 11, 55)).to.match(/^5 min\.? ago$/);
    expect(said(2026, 4, 6, 8, 5)).to.equal('08:05');
    expect(said(2026, 4, 5, 23, 59)).to.equal('yesterday');
    expect(said(2026, 4, 3, 10, 0)).to.equal('Sunday');
    expect(said(2026, 3, 12, 10, 0)).to.equal('12 Apr');
    expect(said(2025, 4, 12, 10, 0)).to.equal('12 May 2025');
  });

  it('is now where the clock of the device is behind', () => {
    expect(formatWhen(now + 90_000, now, 'en-GB')).to.equal('now');
  });

  it('is said in the language of the words', () => {
    const at = new Date(2026, 4, 5, 10, 0).getTime();
    expect(formatWhen(at, now, 'de')).to.equal('gestern');
    expect(formatWhen(at, now, 'fr')).to.equal('hier');
    expect(formatWhen(at, now, 'ar')).to.equal('أمس');
  });
});

describe('how long a call took', () => {
  it('is said in the two largest units at most', () => {
    expect(formatLength(34_900, 'en')).to.equal('34 sec');
    expect(formatLength(754_000, 'en')).to.equal('12 min');
    expect(formatLength(3_905_000, 'en')).to.equal('1 hr 5 min');
    expect(formatLength(7_200_000, 'en')).to.equal('2 hr');
    expect(formatLength(754_000, 'es')).to.equal('12 min');
  });
});

describe('the locale of a page', () => {
  it('is what the page says, where the words are in that language', () => {
    expect(localeOf('de-AT', false)).to.equal('de-AT');
    expect(localeOf('en-GB', true)).to.equal('en-GB');
  });

  it('is English where the words are', () => {
    expect(localeOf('pt', true)).to.equal('en');
    expect(localeOf('', true)).to.equal('en');
  });

  it('breaks on no nonsense', () => {
    expect(localeOf('de--nonsense-', false)).to.equal('de');
    expect(localeOf('en--nonsense-', true)).to.equal('en');
  });
});
