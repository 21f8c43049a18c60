// Connects <tui-call> with the app around the page. Messages in both directions are JSON texts.
//   app → page   receiveFromApp('{"type":"sign-in","server":…,"userId":…,"userSig":…}')
//                receiveFromApp('{"type":"calls","args":[["bob"],"video"]}'), any method of the element
//   page → app   {"type":"loaded"}, {"type":"event","name":"call-received","detail":{…}}
//                {"type":"failed","name":"line-busy","message":…}: the method was refused
const EVENTS = [
  ...['call-received', 'call-cancelled', 'call-begin', 'call-end', 'call-missed', 'call-error'],
  ...['kicked-offline', 'user-sig-expired', 'user-sig-will-expire', 'connection-state-changed'],
];
const METHODS = ['calls', 'accept', 'reject', 'hangup', 'join', 'inviteUser', 'renewUserSig'];

const call = document.querySelector('tui-call');

/** Android's and Flutter's object, or the handler of iOS. */
const app = () => window.TuiCallApp ?? window.webkit?.messageHandlers?.TuiCallApp;

function send(message) {
  app()?.postMessage(JSON.stringify(message));
}

for (const name of EVENTS) {
  call.addEventListener(name, ({ detail }) => send({ type: 'event', name, detail }));
}

window.receiveFromApp = async (text) => {
  const { type, args = [], ...values } = JSON.parse(text);
  try {
    if (type === 'sign-in') {
      const { server, userId, userSig } = values;
      Object.assign(call, { server, userId, userSig });
    } else if (METHODS.includes(type)) {
      await call[type](...args);
    } else {
      send({ type: 'failed', name: 'invalid-parameter', message: `no method ${type}` });
    }
  } catch ({ name, message }) {
    send({ type: 'failed', name, message });
  }
};

// Android delivers messages of addWebMessageListener() to the object itself.
window.TuiCallApp?.addEventListener?.('message', ({ data }) => window.receiveFromApp(data));
send({ type: 'loaded' });
