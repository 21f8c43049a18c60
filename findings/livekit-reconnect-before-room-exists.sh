#!/usr/bin/env bash
# livekit-client 2.23.0: one "requested room does not exist" ends all reconnection, whatever the policy says.
#
# Packages:  livekit-client 2.23.0, livekit-server-sdk 2.19.2, esbuild 0.28.2, puppeteer-core 25.16.0 (npm),
#            livekit-server v1.13.5 (room.auto_create: false), Chromium of the system.
# Input:     a connected room whose reconnectPolicy retries every 500 ms for 60 s. LiveKit is killed and started
#            again, and so has no rooms; the back end creates the room again 3 s later.
#            For comparison: the same, but the room is created again before the client's next attempt can
#            reach LiveKit (the client's page is offline until then).
# Expected:  the policy decides: the client retries every 500 ms and is back within a second of the room's creation.
# Seen:      the first attempt that LiveKit answers with 404 disconnects the room for good, with no reason. The
#            client makes no attempt after it. In the comparison it is back. RTCEngine takes "requested room does not
#            exist" for "could not reconnect, token might be expired".
#
# Exit: 0 while the behaviour is as seen, 1 when it is another, 2 when something is missing.
set -euo pipefail

find_first() { for one in "$@"; do command -v "$one" && return; done; return 1; }
CHROMIUM=${CHROMIUM_BIN:-$(find_first chromium chromium-browser google-chrome)} || {
  echo 'no Chromium found: set CHROMIUM_BIN' >&2; exit 2; }

FOLDER=$(mktemp -d)
clean_up() {
  if [ -f "$FOLDER/livekit.pid" ]; then kill "$(cat "$FOLDER/livekit.pid")" 2>/dev/null || true; fi
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

# Three free ports: signalling, media over TCP, media over UDP.
read -r PORT TCP_PORT UDP_PORT < <(node -e '
  const { createServer } = require("node:net");
  const servers = [1, 2, 3].map(() => createServer().listen(0, "127.0.0.1"));
  Promise.all(servers.map((one) => new Promise((go) => one.on("listening", go)))).then(() => {
    console.log(servers.map((one) => one.address().port).join(" "));
    servers.forEach((one) => one.close());
  });')
export PORT CHROMIUM LIVEKIT
export SECRET=a-secret-of-this-script-with-32-characters

cat >livekit.yaml <<YAML
port: $PORT
bind_addresses: ['127.0.0.1']
rtc: { tcp_port: $TCP_PORT, udp_port: $UDP_PORT, node_ip: 127.0.0.1, enable_loopback_candidate: true }
room: { auto_create: false }
keys: { key: $SECRET }
logging: { level: error }
YAML

cat >page.js <<'JS'
import { Room, RoomEvent } from 'livekit-client';

const POLICY = {
  nextRetryDelayInMs: ({ elapsedMs }) => (elapsedMs > 60_000 ? null : 500),
};

let attempts = 0;
globalThis.WebSocket = class extends WebSocket {
  constructor(...args) {
    super(...args);
    attempts += 1;
  }
};

const events = [];
let room;
globalThis.enter = async (url, token) => {
  room = new Room({ reconnectPolicy: POLICY });
  for (const name of [RoomEvent.Reconnecting, RoomEvent.Reconnected, RoomEvent.Disconnected])
    room.on(name, (reason) => events.push(reason === undefined ? name : `${name} ${reason}`));
  await room.connect(url, token);
};
globalThis.seen = () => ({ attempts, events, state: room.state });
JS

cat >main.mjs <<'JS'
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { build } from 'esbuild';
import { AccessToken, RoomServiceClient } from 'livekit-server-sdk';
import { launch } from 'puppeteer-core';

const { PORT, CHROMIUM, LIVEKIT, SECRET } = process.env;
const http = `http://127.0.0.1:${PORT}`;
const service = new RoomServiceClient(http, 'key', SECRET);
const after = (ms) => new Promise((go) => setTimeout(go, ms));

let livekit;
async function start() {
  livekit = spawn(LIVEKIT, ['--config', 'livekit.yaml'], { stdio: 'ignore' });
  writeFileSync('livekit.pid', String(livekit.pid));
  const end = Date.now() + 20_000;
  while (!(await fetch(http).catch(() => null))) {
    if (Date.now() > end) throw new Error('the LiveKit server does not answer');
    await after(50);
  }
}
async function kill() {
  livekit.kill('SIGKILL');
  await once(livekit, 'exit');
}

const { outputFiles } = await build({ entryPoints: ['page.js'], bundle: true, format: 'esm', write: false });
const script = outputFiles[0].text;
const pages = createServer((request, response) => {
  const isScript = request.url === '/page.js';
  response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
  response.end(isScript ? script : '<!doctype html><script type="module" src="/page.js"></script><body>');
}).listen(0, '127.0.0.1');
await once(pages, 'listening');

const token = new AccessToken('key', SECRET, { identity: 'somebody' });
token.addGrant({ room: 'room', roomJoin: true });
const jwt = await token.toJwt();
const browser = await launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });

async function run(createdAfterMs) {
  await start();
  await service.createRoom({ name: 'room' });
  const page = await (await browser.createBrowserContext()).newPage();
  await page.goto(`http://127.0.0.1:${pages.address().port}/`);
  await page.waitForFunction(() => 'enter' in globalThis);
  await page.evaluate((...args) => globalThis.enter(...args), `ws://127.0.0.1:${PORT}`, jwt);
  await kill();
  // Without the network the page reaches no LiveKit, so the room can exist before the first answer.
  if (createdAfterMs === 0) await page.setOfflineMode(true);
  await start();
  await after(createdAfterMs);
  const atCreation = await page.evaluate(() => globalThis.seen());
  await service.createRoom({ name: 'room' });
  if (createdAfterMs === 0) await page.setOfflineMode(false);
  await after(8_000);
  const later = await page.evaluate(() => globalThis.seen());
  await page.close();
  await kill();
  return { atCreation, later };
}

const late = await run(3_000);
const inTime = await run(0);
console.log('room created 3 s after the restart:', JSON.stringify(late));
console.log('room created before the first answer:', JSON.stringify(inTime));
await browser.close();
pages.close();

const asSeen =
  late.later.events.at(-1) === 'disconnected' &&
  late.later.state === 'disconnected' &&
  late.later.attempts === late.atCreation.attempts &&
  inTime.later.state === 'connected' &&
  inTime.later.events.at(-1) === 'reconnected';
console.log(asSeen ? 'As seen: one 404 ends the reconnection.' : 'The behaviour has changed.');
process.exitCode = asSeen ? 0 : 1;
JS
node main.mjs
