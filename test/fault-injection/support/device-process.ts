import { createInterface } from 'node:readline';
import { FakeMedia } from '../../fakes/fake-media.ts';
import { TestUser } from '../../fixtures/test-user.ts';

/**
 * One user in a separate process, which can be frozen and killed like a device. Input lines: the
 * name of an action and its arguments. Output lines: the state after each change.
 */
const { SERVER, USER_ID, USER_SIG } = process.env;
const media = new FakeMedia();
const person = new TestUser(USER_ID ?? '', {
  server: SERVER ?? '',
  userSig: USER_SIG ?? '',
  media,
});

const say = (): void => {
  const { phase, connection } = person.state;
  const callbacks = person.notifications.map(({ name }) => name);
  console.log(JSON.stringify({ phase, connection, callbacks, open: [...media.open] }));
};
person.engine.subscribe(say);
person.engine.listen(say);

createInterface({ input: process.stdin }).on('line', (line) => {
  const [word, argument] = line.split(' ');
  if (word === 'call') void person.engine.calls(argument ?? '', 'audio', { timeout: 60 });
  if (word === 'accept') void person.engine.accept();
  if (word === 'close-page') void person.closePage().then(() => process.exit(0));
});

await person.signIn();
say();
