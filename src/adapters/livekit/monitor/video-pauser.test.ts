import assert from 'node:assert/strict';
import { test } from 'node:test';

import { UnattachedVideoPauser } from './video-pauser.ts';

test('pauses a video that no element shows for two samples, once', () => {
  const { paused, unseen } = looking();
  const picture = { attachedElements: [] };
  unseen.check([picture]);
  assert.deepEqual(paused, []);
  unseen.check([picture]);
  unseen.check([picture]);
  assert.deepEqual(paused, [picture]);
});

test('does not pause a shown video, and counts again when it is hidden', () => {
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
