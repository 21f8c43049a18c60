import { expect } from '@open-wc/testing';
import { pictureUrl } from './picture-url.ts';

const PICTURE = 'https://pictures.example/a.png';

describe('pictureUrl', () => {
  it('accepts https URLs and URLs of the page’s own server', () => {
    expect(pictureUrl(PICTURE)).to.equal(PICTURE);
    expect(pictureUrl('/own.png')).to.equal(`${location.origin}/own.png`);
    expect(pictureUrl('')).to.equal('');
  });

  it('accepts a picture of an unknown caller only from trusted origins', () => {
    expect(pictureUrl(PICTURE, [])).to.equal('');
    expect(pictureUrl(PICTURE, ['https://other.example'])).to.equal('');
    expect(pictureUrl(PICTURE, ['https://pictures.example'])).to.equal(PICTURE);
    expect(pictureUrl('/own.png', [])).to.equal(`${location.origin}/own.png`);
  });

  for (const malicious of [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'data:image/svg+xml,<svg/>',
    'blob:https://pictures.example/1',
    'file:///etc/passwd',
    'http://pictures.example/a.png',
    'https://[broken',
  ]) {
    it(`refuses ${malicious} (H92)`, () => {
      expect(pictureUrl(malicious)).to.equal('');
    });
  }
});
