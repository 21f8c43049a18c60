// Turbo runs this module once; it keeps the permanent element, with its listeners, on every page.
const calls = document.querySelector('#calls');
const call = calls.querySelector('tui-call');
const status = calls.querySelector('[role=status]');
call.addEventListener('call-received', ({ detail }) => {
  status.textContent = `${detail.callerId} is calling`;
});
call.addEventListener('call-end', () => (status.textContent = 'The call is over'));

const session = await (await fetch('/session')).json();
Object.assign(call, session);
for (const { userId, name } of session.contacts) {
  const button = document.createElement('button');
  button.textContent = `Call ${name}`;
  button.onclick = () =>
    call.calls([userId], 'video').catch((error) => (status.textContent = error.message));
  calls.append(button);
}
