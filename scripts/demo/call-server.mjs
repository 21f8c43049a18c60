import { openSync, closeSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { endChild, startChild } from '../child.mjs';
import { ROOT } from '../setup.mjs';

const LISTENS_WITHIN_MS = 60_000;

/** Starts the built call server as a child process. Resolves when it has printed its URL. */
export async function startCallServer({ env, folder }) {
  const logFile = join(folder, 'call-server.log');
  const log = openSync(logFile, 'a', 0o600);
  const child = startChild(process.execPath, [join(ROOT, 'server', 'dist', 'main.js')], {
    cwd: folder,
    // Without the environment of this process, whose PORT or DATABASE_URL may be meant for another program.
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', log],
  });
  closeSync(log);
  const lastWords = () => readFileSync(logFile, 'utf8').trim().split('\n').slice(-5).join('\n');
  const url = await urlFrom(child, lastWords);
  return {
    url,
    stop: () => endChild(child),
    onCrash: (listener) => child.once('exit', listener),
    lastWords,
  };
}

function urlFrom(child, lastWords) {
  return new Promise((resolve, reject) => {
    const tooLate = setTimeout(
      () => reject(new Error(`the call server did not start in time\n${lastWords()}`)),
      LISTENS_WITHIN_MS,
    );
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(tooLate);
      reject(new Error(`the call server ended at its start (code ${code})\n${lastWords()}`));
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const url = /https?:\/\/[^\s"]+/.exec(line)?.[0];
      if (url === undefined) return;
      clearTimeout(tooLate);
      resolve(url.replace(/\/$/, ''));
    });
  });
}
