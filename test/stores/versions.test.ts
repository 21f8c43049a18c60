import { after, before, test } from 'node:test';
import type { TestUser } from '../fixtures/test-user.ts';
import { NodeWorld } from './support/node-world.ts';
import { previousVersion } from './support/previous-version.ts';
import type { Version } from './support/previous-version.ts';

let world: NodeWorld;
let previous: Version;
before(async () => {
  world = await NodeWorld.start(0);
  previous = previousVersion();
});
after(async () => {
  await world.stop();
  previous.remove();
});

test('nodes of this version and of the previous one work side by side', async (t) => {
  t.diagnostic(`beside ${previous.name}`);
  const older = await world.addNode(previous.main);
  const alice = await world.user('alice', older);
  const newer = await world.addNode();
  const bob = await world.user('bob', newer);
  for (const [caller, callee] of [
    [alice, bob],
    [bob, alice],
  ] as const) {
    await talk(caller, callee);
  }
});

async function talk(caller: TestUser, callee: TestUser): Promise<void> {
  await caller.engine.calls(callee.userId, 'audio', { timeout: 60 });
  await callee.phase('incoming');
  await callee.engine.accept();
  await Promise.all([caller, callee].map((one) => one.phase('connected')));
  await caller.engine.switchCallMediaType('video');
  await callee.until('video', ({ mediaType }) => mediaType === 'video');
  await caller.engine.hangup();
  const over = ({ phase }: TestUser['state']) => phase === 'ended' || phase === 'idle';
  await Promise.all([caller, callee].map((one) => one.until('over', over)));
}
