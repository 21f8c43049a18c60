import { join } from 'node:path';
import { foldersOnPath, installWithApt, isExecutable, isRootHere } from './programs.mjs';

/** The names of each browser's program, and of its package in Debian and Ubuntu. */
const BROWSERS = {
  chromium: {
    variables: ['CHROME_PATH', 'CHROMIUM_PATH'],
    commands: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    places: {
      darwin: [
        '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
        '/Applications/Chromium.app/Contents/MacOS/Chromium',
      ],
      win32: ['Google\\Chrome\\Application\\chrome.exe', 'Chromium\\Application\\chrome.exe'],
    },
    aptPackages: ['chromium', 'fonts-liberation'],
  },
  firefox: {
    variables: ['FIREFOX_PATH'],
    commands: ['firefox-esr', 'firefox'],
    places: {
      darwin: ['/Applications/Firefox.app/Contents/MacOS/firefox'],
      win32: ['Mozilla Firefox\\firefox.exe'],
    },
    aptPackages: ['firefox-esr'],
  },
};

/** @returns {Promise<string>} the path of a Chromium or Chrome; installs Debian's package if allowed */
export function findChromium(options = {}) {
  return find('chromium', options);
}

/** @returns {Promise<string>} the path of a Firefox; installs Debian's package if allowed */
export function findFirefox(options = {}) {
  return find('firefox', options);
}

async function find(name, options) {
  const { onProgress = () => {}, env = process.env, platform, isRoot = isRootHere() } = options;
  const installed = locate(name, env, platform);
  if (installed !== null) return installed;
  const { aptPackages, variables } = BROWSERS[name];
  const reason = isRoot ? await installWithApt(aptPackages, onProgress, env) : null;
  const fresh = locate(name, env, platform);
  if (fresh !== null) return fresh;
  throw new Error(
    `No ${name} was found${reason === null ? '' : `, and apt-get did not install it (${reason})`}. ` +
      `Install it (Debian: apt-get install ${aptPackages[0]}), ` +
      `or put the path of one into ${variables[0]}.`,
  );
}

/** The path of an installed browser, or null. A path from an environment variable is used or refused. */
export function locate(name, env = process.env, platform = process.platform) {
  const { variables, commands, places } = BROWSERS[name];
  for (const variable of variables) {
    if (!env[variable]) continue;
    if (isExecutable(env[variable])) return env[variable];
    throw new Error(`${variable} is ${env[variable]}, which cannot be run`);
  }
  const folders = foldersOnPath(env);
  const onPath = commands.flatMap((command) => folders.map((folder) => join(folder, command)));
  return [...onPath, ...usualPlaces(places, env, platform)].find(isExecutable) ?? null;
}

function usualPlaces(places, env, platform) {
  if (platform !== 'win32') return places[platform] ?? [];
  const roots = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].filter(Boolean);
  return roots.flatMap((root) => places.win32.map((place) => join(root, place)));
}
