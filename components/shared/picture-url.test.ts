import { expect } from '@open-wc/testing';
import { pictureUrl } from './picture-url.ts';

const PICTURE = 'https://pictures.example/a.png';

describe('pictureUrl', () => {
  it('lets https pictures and the page’s own through', () => {
    expect(pictureUrl(PICTURE)).to.equal(PICTURE);
    expect(pictureUrl('/own.png')).to.equal(`${location.origin}/own.png`);
    expect(pictureUrl('')).to.equal('');
  });

  it('lets a stranger’s picture through only from trusted places', () => {
    expect(pictureUrl(PICTURE, [])).to.equal('');
    expect(pictureUrl(PICTURE, ['https://other.example'])).to.equal('');
    expect(pictureUrl(PICTURE, ['https://pictures.example'])).to.equal(PICTURE);
    expect(pictureUrl('/own.png', [])).to.equal(`${location.origin}/own.png`);
  });

  for (const hostile of [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'data:image/svg+xml,<svg/>',
    'blob:https://pictures.example/1',
    'file:///etc/passwd',
    'http://pictures.example/a.png',
    'https://[broken',
  ]) {
    it(`refuses ${hostile} (H92)`, () => {
      expect(pictureUrl(hostile)).to.equal('');
    });
  }
});
