import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { foldersOnPath, installWithApt, isExecutable, isRootHere } from './programs.mjs';

/** Where Debian and Ubuntu put Postgres: its programs are not on the PATH. */
const POSTGRES_FOLDER = '/usr/lib/postgresql';
const OLDEST_POSTGRES = 14;

/** @returns {Promise<string>} the folder with initdb and postgres; installs Debian's where it may */
export function findPostgres(options = {}) {
  return find(options, {
    name: 'Postgres',
    variable: 'POSTGRES_BIN',
    aptPackages: ['postgresql'],
    locate: (env) => newestPostgres() ?? folderOnPath('initdb', env),
  });
}

/** @returns {Promise<string>} the path of redis-server; installs Debian's where it may */
export function findRedis(options = {}) {
  return find(options, {
    name: 'Redis',
    variable: 'REDIS_SERVER_BIN',
    aptPackages: ['redis-server'],
    locate: (env) => {
      const folder = folderOnPath('redis-server', env);
      return folder === null ? null : join(folder, 'redis-server');
    },
  });
}

async function find(options, { name, variable, aptPackages, locate }) {
  const { env = process.env, onProgress = () => {}, isRoot = isRootHere() } = options;
  if (env[variable]) return env[variable];
  const installed = locate(env);
  if (installed !== null) return installed;
  const reason = isRoot ? await installWithApt(aptPackages, onProgress, env) : null;
  const fresh = locate(env);
  if (fresh !== null) return fresh;
  throw new Error(
    `No ${name} was found${reason === null ? '' : `, and apt-get did not install it (${reason})`}. ` +
      `Install it (Debian: apt-get install ${aptPackages[0]}), or set ${variable}.`,
  );
}

function newestPostgres() {
  let versions;
  try {
    versions = readdirSync(POSTGRES_FOLDER).map(Number);
  } catch {
    return null;
  }
  const usable = versions.filter((one) => one >= OLDEST_POSTGRES).sort((a, b) => b - a);
  const folders = usable.map((version) => join(POSTGRES_FOLDER, String(version), 'bin'));
  return folders.find((folder) => isExecutable(join(folder, 'initdb'))) ?? null;
}

function folderOnPath(command, env) {
  return foldersOnPath(env).find((folder) => isExecutable(join(folder, command))) ?? null;
}
