#!/usr/bin/env bash
# livekit-client 2.23.0: Room.disconnect() before the server has answered leaves the peer connection open.
#
# Packages:  livekit-client 2.23.0, livekit-server-sdk 2.19.2, esbuild 0.28.2, puppeteer-core 25.16.0 (npm),
#            livekit-server v1.13.5, Chromium of the system.
# Input:     room.connect(url, token) with a valid token, and room.disconnect() as soon as the WebSocket is open.
#            For comparison: the same with room.disconnect() after connect() has resolved.
#            And a connect() to a port where nothing listens, which rejects.
# Expected:  afterwards every RTCPeerConnection of the room is closed and every interval is cleared.
# Seen:      after disconnect() has resolved, and connect() has rejected, one RTCPeerConnection is not closed and
#            an interval of 1000 ms runs on. The same after the connect() that fails, where the caller has nothing
#            left to close. The engine makes the connection before it asks the server, but counts itself as closed
#            until the answer is there; RTCEngine.close() returns at once for a closed engine.
#            room.engine.cleanupPeerConnections() and room.engine.cleanupLossyDataStats(), on the engine that the
#            room had before connect(), close both.
#
# Exit: 0 while the behaviour is as seen, 1 when it is another, 2 when something is missing.
set -euo pipefail

find_first() { for one in "$@"; do command -v "$one" && return; done; return 1; }
CHROMIUM=${CHROMIUM_BIN:-$(find_first chromium chromium-browser google-chrome)} || {
  echo 'no Chromium found: set CHROMIUM_BIN' >&2; exit 2; }

FOLDER=$(mktemp -d)
SERVER_PID=
clean_up() {
  if [ -n "$SERVER_PID" ]; then kill "$SERVER_PID" 2>/dev/null || true; wait "$SERVER_PID" 2>/dev/null || true; fi
  chmod -R u+w "$FOLDER" 2>/dev/null || true
  rm -rf "$FOLDER"
}
trap clean_up EXIT

LIVEKIT=${LIVEKIT_SERVER_BIN:-$HOME/.cache/tui-call/livekit-server-1.13.5}
if [ ! -x "$LIVEKIT" ]; then
  GOBIN="$FOLDER/bin" GOPATH="$FOLDER/go" go install github.com/livekit/livekit-server/cmd/server@v1.13.5
  LIVEKIT="$FOLDER/bin/server"
fi

cd "$FOLDER"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --save-exact \
  livekit-client@2.23.0 livekit-server-sdk@2.19.2 esbuild@0.28.2 puppeteer-core@25.16.0

# Three free ports: signalling, media over TCP, media over UDP; and one where nothing listens.
read -r PORT TCP_PORT UDP_PORT DEAD_PORT < <(node -e '
  const { createServer } = require("node:net");
  const servers = [1, 2, 3, 4].map(() => createServer().listen(0, "127.0.0.1"));
  Promise.all(servers.map((one) => new Promise((go) => one.on("listening", go)))).then(() => {
    console.log(servers.map((one) => one.address().port).join(" "));
    servers.forEach((one) => one.close());
  });')
export PORT DEAD_PORT CHROMIUM
export SECRET=a-secret-of-this-script-with-32-characters

cat >livekit.yaml <<YAML
port: $PORT
bind_addresses: ['127.0.0.1']
rtc: { tcp_port: $TCP_PORT, udp_port: $UDP_PORT, node_ip: 127.0.0.1, enable_loopback_candidate: true }
keys: { key: $SECRET }
logging: { level: error }
YAML
"$LIVEKIT" --config livekit.yaml >livekit.log 2>&1 &
SERVER_PID=$!

cat >page.js <<'JS'
import { Room } from 'livekit-client';

const connections = [];
const intervals = new Map();
let onOpen = () => undefined;

globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...args) {
    super(...args);
    connections.push(this);
  }
};
globalThis.WebSocket = class extends WebSocket {
  constructor(...args) {
    super(...args);
    this.addEventListener('open', () => onOpen());
  }
};
const { setInterval, clearInterval } = window;
window.setInterval = (work, ms) => {
  const id = setInterval(work, ms);
  intervals.set(id, ms);
  return id;
};
window.clearInterval = (id) => {
  intervals.delete(id);
  clearInterval(id);
};

const left = () => ({
  connections: connections.filter((one) => one.signalingState !== 'closed').length,
  intervals: [...intervals.values()],
});

globalThis.run = async (when, url, token) => {
  connections.length = 0;
  intervals.clear();
  const room = new Room();
  const { engine } = room;
  const opened = new Promise((go) => (onOpen = go));
  const connecting = room.connect(url, token, { maxRetries: 0 }).then(
    () => 'resolved',
    (error) => `rejected: ${error.message}`,
  );
  if (when === 'socket open') await opened;
  if (when === 'connected') await connecting;
  if (when !== 'failed') await room.disconnect();
  const connect = await connecting;
  // Whatever goes on in the background after that has had its time.
  await new Promise((go) => setTimeout(go, 2000));
  const leftOpen = left();
  await engine.cleanupPeerConnections();
  engine.cleanupLossyDataStats();
  return { connect, leftOpen, afterCleanup: left() };
};
JS

cat >main.mjs <<'JS'
import { createServer } from 'node:http';
import { build } from 'esbuild';
import { AccessToken } from 'livekit-server-sdk';
import { launch } from 'puppeteer-core';

const { PORT, DEAD_PORT, CHROMIUM, SECRET } = process.env;
const url = `ws://127.0.0.1:${PORT}`;

const end = Date.now() + 20_000;
while (!(await fetch(`http://127.0.0.1:${PORT}/`).catch(() => null))) {
  if (Date.now() > end) throw new Error('the LiveKit server does not answer');
  await new Promise((go) => setTimeout(go, 100));
}

const { outputFiles } = await build({ entryPoints: ['page.js'], bundle: true, format: 'esm', write: false });
const script = outputFiles[0].text;
const pages = createServer((request, response) => {
  const isScript = request.url === '/page.js';
  response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
  response.end(isScript ? script : '<!doctype html><script type="module" src="/page.js"></script><body>');
}).listen(0, '127.0.0.1');
await new Promise((go) => pages.on('listening', go));

const token = new AccessToken('key', SECRET, { identity: 'somebody' });
token.addGrant({ room: 'room', roomJoin: true });
const jwt = await token.toJwt();

const browser = await launch({
  executablePath: CHROMIUM,
  args: ['--no-sandbox', '--allow-loopback-in-peer-connection'],
});
let asSeen = true;
try {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${pages.address().port}/`);
  await page.waitForFunction('globalThis.run !== undefined');
  const cases = [
    ['disconnect() after connect() has resolved', 'connected', url, 0],
    ['disconnect() when the WebSocket is open', 'socket open', url, 1],
    ['connect() to a port where nothing listens', 'failed', `ws://127.0.0.1:${DEAD_PORT}`, 1],
  ];
  for (const [title, when, to, expectedLeft] of cases) {
    const { connect, leftOpen, afterCleanup } = await page.evaluate((...args) => run(...args), when, to, jwt);
    console.log(`${title}:`);
    console.log(`  connect() ${connect}`);
    console.log(`  left open: ${leftOpen.connections} connection(s), intervals of ms: [${leftOpen.intervals}]`);
    console.log(`  after the engine's cleanup: ${afterCleanup.connections}, [${afterCleanup.intervals}]`);
    asSeen &&= leftOpen.connections === expectedLeft && leftOpen.intervals.length === expectedLeft;
    asSeen &&= afterCleanup.connections === 0 && afterCleanup.intervals.length === 0;
  }
} finally {
  await browser.close();
  pages.close();
}
console.log('Expected of livekit-client 2.23.0: nothing is left open in any of the cases.');
console.log(
  asSeen
    ? 'Seen: a connection and an interval are left unless the server has answered before disconnect().'
    : 'The behaviour has CHANGED: see the numbers above.',
);
process.exitCode = asSeen ? 0 : 1;
JS
node main.mjs
