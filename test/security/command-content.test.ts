import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_RATES } from '../../server/limits/rates.ts';
import { user } from '../../server/testing/people.ts';
import { startActiveCall } from '../../server/testing/active-call.ts';
import { callFields, newCommandId } from '../../server/testing/test-client.ts';
import { testServer } from '../../server/testing/test-server.ts';
import { SYNC } from './support/commands.ts';

/** How often a user may call, and what a command may contain. */

describe('malicious commands in calls', () => {
  it('H52: a caller can ring one callee 10 times a minute, and make 20 calls a minute in all', async (t) => {
    const { signIn, clock } = await testServer(t, { rates: DEFAULT_RATES });
    const [alice, bob] = [await signIn('alice'), await signIn('bob')];
    const bomb = async (whom: string) => {
      const answer = await alice.send('call', callFields([whom]));
      if (answer.ok) await alice.ask('hangup', { callId: answer.call.callId });
      return answer.ok ? 'rang' : answer.error.name;
    };
    const outcomes: string[] = [];
    for (let index = 0; index < 30; index += 1) outcomes.push(await bomb('bob'));
    assert.equal(outcomes.filter((one) => one === 'rang').length, 10);
    assert.deepEqual([...new Set(outcomes)], ['rang', 'rate-limited']);
    await bob.ask('sync', SYNC);
    assert.equal(bob.receivedSummary().filter((one) => one === 'ringing').length, 10);
    // Another connection, or another device, is the same caller.
    const again = await signIn('alice');
    assert.equal(await again.refusal('call', callFields(['carol'])), 'rate-limited');
    clock.advance(60_000);
    assert.equal(await bomb('bob'), 'rang');
  });

  it('H53: a call to 1,000 users is refused, by call or by invitation', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bob] = [await signIn('alice'), await signIn('bob')];
    const crowd = Array.from({ length: 1000 }, (_, index) => user(`user-${index}`));
    assert.equal(await alice.refusal('call', callFields(crowd)), 'call-full');
    const id = await startActiveCall(alice, bob);
    const invite = (userIds: typeof crowd) =>
      alice.refusal('invite', { callId: id, userIds, timeout: 30 });
    assert.equal(await invite(crowd), 'call-full');
    assert.equal(await invite(crowd.slice(0, 48)), null);
    assert.equal(await invite(crowd.slice(48, 49)), 'call-full');
  });

  it('H55: nickname and avatar come from the userSig where it has them, and never from a command', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bob] = [await signIn('alice', {}, { name: 'Alice' }), await signIn('bob')];
    const lies = { nickname: 'The Bank', avatar: 'https://evil.example/a.png', verified: true };
    const payload = { type: 'call', id: newCommandId(), ...callFields(['bob']), ...lies };
    assert.equal(((await alice.raw(payload)) as { ok: boolean }).ok, true);
    const seen = await bob.nextView(({ status }) => status === 'ringing');
    assert.equal(seen.members[0]?.nickname, 'Alice');
    assert.equal(seen.members[0]?.avatar, '');
    assert.ok(!JSON.stringify(seen).includes('verified'));
    const own = await alice.ask('set-self-info', { nickname: 'The Bank', avatar: '' });
    assert.equal(own.nickname, 'Alice');
  });

  it('H56: a payload over 4 KiB is refused; HTML in a payload is passed on unchanged', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bob] = [await signIn('alice'), await signIn('bob')];
    const refusal = (userData: string) => alice.refusal('call', callFields(['bob'], { userData }));
    assert.equal(await refusal('x'.repeat(4097)), 'invalid-parameter');
    assert.equal(await refusal('ü'.repeat(2049)), 'invalid-parameter');
    const userData = '<img src=x onerror=alert(1)>\u0000\u202e</script>{"a":1}';
    await alice.call(['bob'], { userData });
    assert.equal((await bob.nextView(({ status }) => status === 'ringing')).userData, userData);
  });

  it('H60: a command id that is reused for another command is refused', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bob] = [await signIn('alice'), await signIn('bob')];
    const id = newCommandId();
    const { call } = await alice.call(['bob'], {}, id);
    await bob.ask('accept', { callId: call.callId });
    assert.equal(await alice.refusal('hangup', { callId: call.callId }, id), 'invalid-parameter');
    // The same command with other fields is a repetition of the first.
    const other = await alice.call(['carol'], {}, id);
    assert.equal(other.call.callId, call.callId);
    assert.deepEqual(
      other.call.members.map(({ userId }) => userId),
      ['alice', 'bob'],
    );
    // Another user's command may have the same id: command ids are per user.
    const dave = await signIn('dave');
    const own = await dave.call(['erin'], {}, id);
    assert.notEqual(own.call.callId, call.callId);
  });
});
