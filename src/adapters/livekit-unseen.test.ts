import assert from 'node:assert/strict';
import { test } from 'node:test';

import { UnseenPictures } from './livekit-unseen.ts';

test('a picture that no element shows for two looks is paused, once', () => {
  const { paused, unseen } = looking();
  const picture = { attachedElements: [] };
  unseen.look([picture]);
  assert.deepEqual(paused, []);
  unseen.look([picture]);
  unseen.look([picture]);
  assert.deepEqual(paused, [picture]);
});

test('a picture that is shown is left alone, and looked at anew when it is not any more', () => {
  const { paused, unseen } = looking();
  const picture: { attachedElements: string[] } = { attachedElements: [] };
  unseen.look([picture]);
  picture.attachedElements = ['a tile'];
  unseen.look([picture]);
  picture.attachedElements = [];
  unseen.look([picture]);
  assert.deepEqual(paused, []);
});

function looking() {
  const paused: object[] = [];
  const unseen = new UnseenPictures<{ attachedElements: readonly unknown[] }>((picture) =>
    paused.push(picture),
  );
  return { paused, unseen };
}
