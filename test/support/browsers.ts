import { launch, type Browser } from 'puppeteer-core';

import { findChromium, findFirefox } from '../../scripts/browser.mjs';

/** Detects a browser that hangs: far longer than any operation on a slow machine. */
const WITHIN_MS = 180_000;

/** Like a user's Chromium, but with synthetic video and audio and without permission prompts. */
export async function startChromium(...flags: string[]): Promise<Browser> {
  return launch({
    executablePath: await findChromium(),
    protocolTimeout: WITHIN_MS,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // The second of the fake cameras is a depth camera, which WebRTC cannot send.
      '--use-fake-device-for-media-stream=device-count=3',
      '--use-fake-ui-for-media-stream',
      '--allow-loopback-in-peer-connection',
      '--auto-select-desktop-capture-source=Entire screen',
      // Several pages stand for the screens of several users: none of them is in the background.
      '--disable-background-timer-throttling',
      '--disable-backgrounding-occluded-windows',
      '--disable-renderer-backgrounding',
      ...flags,
    ],
  });
}

/** Firefox over WebDriver BiDi, likewise. */
export async function startFirefox(): Promise<Browser> {
  return launch({
    browser: 'firefox',
    executablePath: await findFirefox(),
    protocolTimeout: WITHIN_MS,
    extraPrefsFirefox: {
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      'media.peerconnection.ice.loopback': true,
      'media.autoplay.default': 0,
      // Only a loopback address reaches a server on loopback, so its ICE candidate must not be hidden.
      'media.peerconnection.ice.obfuscate_host_addresses': false,
      'media.peerconnection.ice.default_address_only': false,
      'media.peerconnection.ice.force_interface': 'lo',
    },
  });
}
