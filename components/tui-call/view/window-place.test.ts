import { expect } from '@open-wc/testing';
import { FIRST_PLACE, parsePlace } from './window-place.ts';
import { nearestCorner, nextCorner, placeAfterKey, sized } from './window-place-changes.ts';

const PAGE = { width: 1000, height: 600 };
const SHOWN = { width: 420, height: 376, isRtl: false };

describe('the place of the floating window', () => {
  it('is the nearest corner, in both directions of text', () => {
    expect(nearestCorner({ x: 10, y: 10 }, PAGE, false)).to.deep.equal({ top: true, start: true });
    expect(nearestCorner({ x: 900, y: 500 }, PAGE, false)).to.deep.equal({
      top: false,
      start: false,
    });
    expect(nearestCorner({ x: 900, y: 500 }, PAGE, true)).to.deep.equal({
      top: false,
      start: true,
    });
  });

  it('changes with the arrow keys, and its size with Shift', () => {
    const after = (key: string, shiftKey = false, isRtl = false) =>
      placeAfterKey(FIRST_PLACE, { key, shiftKey }, { ...SHOWN, isRtl });
    expect(after('ArrowUp')).to.deep.equal({ ...FIRST_PLACE, top: true });
    expect(after('ArrowLeft')).to.deep.equal({ ...FIRST_PLACE, start: true });
    expect(after('ArrowLeft', false, true)).to.deep.equal(FIRST_PLACE);
    expect(after('ArrowRight', true)).to.deep.equal({ ...FIRST_PLACE, width: 452, height: 376 });
    expect(after('ArrowUp', true)).to.deep.equal({ ...FIRST_PLACE, width: 420, height: 344 });
    expect(after('a')).to.equal(null);
  });

  it('visits all four corners by presses', () => {
    const corners = [FIRST_PLACE];
    for (let i = 0; i < 4; i++) corners.push(nextCorner(corners[i]!));
    expect(corners.map(({ top, start }) => `${top} ${start}`)).to.deep.equal([
      'false false',
      'false true',
      'true true',
      'true false',
      'false false',
    ]);
  });

  it('is never too small for the controls', () => {
    expect(sized(FIRST_PLACE, { width: 1, height: 1 })).to.deep.equal({
      ...FIRST_PLACE,
      width: 300,
      height: 260,
    });
  });

  it('is the first place for a stored text that is none', () => {
    for (const text of [null, '', 'null', '[', '7', '{"width":"1e9px"}'])
      expect(parsePlace(text)).to.deep.equal(FIRST_PLACE);
    const place = { top: true, start: true, width: 500, height: 400 };
    expect(parsePlace(JSON.stringify(place))).to.deep.equal(place);
  });
});
