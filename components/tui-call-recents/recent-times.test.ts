import { expect } from '@open-wc/testing';
import { formatLength, localeOf, formatWhen } from './recent-times.ts';

const now = new Date(2026, 4, 6, 12, 0).getTime();
const timeText = (...date: [number, number, number, number, number]): string =>
  formatWhen(new Date(...date).getTime(), now, 'en-GB');

describe('the time of a call', () => {
  it('is shorter the more recent it is', () => {
    expect(formatWhen(now - 20_000, now, 'en-GB')).to.equal('now');
    expect(timeText(2026, 4, 6, 11, 55)).to.match(/^5 min\.? ago$/);
    expect(timeText(2026, 4, 6, 8, 5)).to.equal('08:05');
    expect(timeText(2026, 4, 5, 23, 59)).to.equal('yesterday');
    expect(timeText(2026, 4, 3, 10, 0)).to.equal('Sunday');
    expect(timeText(2026, 3, 12, 10, 0)).to.equal('12 Apr');
    expect(timeText(2025, 4, 12, 10, 0)).to.equal('12 May 2025');
  });

  it('is "now" if the clock of the device is behind', () => {
    expect(formatWhen(now + 90_000, now, 'en-GB')).to.equal('now');
  });

  it('is in the language of the messages', () => {
    const at = new Date(2026, 4, 5, 10, 0).getTime();
    expect(formatWhen(at, now, 'de')).to.equal('gestern');
    expect(formatWhen(at, now, 'fr')).to.equal('hier');
    expect(formatWhen(at, now, 'ar')).to.equal('أمس');
  });
});

describe('the duration of a call', () => {
  it('has at most the two largest units', () => {
    expect(formatLength(34_900, 'en')).to.equal('34 sec');
    expect(formatLength(754_000, 'en')).to.equal('12 min');
    expect(formatLength(3_905_000, 'en')).to.equal('1 hr 5 min');
    expect(formatLength(7_200_000, 'en')).to.equal('2 hr');
    expect(formatLength(754_000, 'es')).to.equal('12 min');
  });
});

describe('the locale of a page', () => {
  it('is the lang of the page, if the messages are in that language', () => {
    expect(localeOf('de-AT', false)).to.equal('de-AT');
    expect(localeOf('en-GB', true)).to.equal('en-GB');
  });

  it('is English for English messages', () => {
    expect(localeOf('pt', true)).to.equal('en');
    expect(localeOf('', true)).to.equal('en');
  });

  it('accepts an invalid tag', () => {
    expect(localeOf('de--nonsense-', false)).to.equal('de');
    expect(localeOf('en--nonsense-', true)).to.equal('en');
  });
});
