import assert from 'node:assert/strict';
import { test } from 'node:test';

import { UnattachedVideoPauser } from './video-pauser.ts';

test('a picture that no element shows for two looks is paused, once', () => {
  const { paused, unseen } = looking();
  const picture = { attachedElements: [] };
  unseen.check([picture]);
  assert.deepEqual(paused, []);
  unseen.check([picture]);
  unseen.check([picture]);
  assert.deepEqual(paused, [picture]);
});

test('a picture that is shown is left alone, and looked at anew when it is not any more', () => {
  const { paused, unseen } = looking();
  const picture: { attachedElements: string[] } = { attachedElements: [] };
  unseen.check([picture]);
  picture.attachedElements = ['a tile'];
  unseen.check([picture]);
  picture.attachedElements = [];
  unseen.check([picture]);
  assert.deepEqual(paused, []);
});

function looking() {
  const paused: object[] = [];
  const unseen = new UnattachedVideoPauser<{ attachedElements: readonly unknown[] }>((picture) =>
    paused.push(picture),
  );
  return { paused, unseen };
}
