import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { StoreError } from '../calls/store.ts';

/** What is known about a database file that cannot be used. */
export interface FailureFacts {
  readonly file: string;
  /** SQLite's primary result code (https://sqlite.org/rescode.html); null for another error. */
  readonly code: number | null;
  readonly message: string;
  readonly folderExists: boolean;
  /** The first path, of the folder and the database's files, that the process cannot read and write. */
  readonly denied: { readonly path: string; readonly uid: number; readonly code: string } | null;
  readonly user: string;
}

const CODES = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  notADatabase: 26,
};

/** The cause of a failure and its remedy, in one sentence. */
export function failureMessage(facts: FailureFacts): string {
  const { file, code, message, denied, user } = facts;
  const start = `the database ${file} cannot be used`;
  if (!facts.folderExists) {
    const folder = dirname(file);
    return `${start}: the folder ${folder} does not exist; create it with \`install -d -m 0700 -o ${user} ${folder}\``;
  }
  if (denied?.code === 'EROFS' || (denied === null && code === CODES.readOnly)) {
    return `${start}: ${denied?.path ?? file} is on a read-only file system; mount it writable, or set another DATABASE_URL`;
  }
  if (denied !== null) {
    return `${start}: ${denied.path} belongs to uid ${denied.uid}, and user ${user} may not read and write it; change its owner or mode, or run the server as its owner`;
  }
  switch (code) {
    case CODES.full:
      return `${start}: the disk is full; free some space`;
    case CODES.busy:
    case CODES.locked:
      return `${start}: another process has locked it; wait for that process, such as a backup, to finish`;
    case CODES.corrupt:
    case CODES.notADatabase:
      return `${start}: it is damaged or not an SQLite file (${message}); restore a backup in its place`;
    case CODES.ioError:
      return `${start}: the disk reports an error (${message}); check the disk before anything else`;
    default:
      return `${start} by user ${user}: ${message}`;
  }
}

/** @throws {StoreError} if the folder is missing and cannot be created, or a file cannot be read and written. */
export function assertAccess(file: string): void {
  const folder = dirname(file);
  if (!existsSync(folder) && deniedAccess(dirname(folder)) === null && existsSync(dirname(folder)))
    return;
  const facts = factsOf(file, null);
  if (!facts.folderExists || facts.denied !== null) throw new StoreError(failureMessage(facts));
}

/** Examines the file system and returns the error that explains why the database cannot be used. */
export function storeFailure(file: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  return new StoreError(failureMessage(factsOf(file, error)));
}

function factsOf(file: string, error: unknown): FailureFacts {
  const folder = dirname(file);
  const paths = [folder, file, `${file}-wal`, `${file}-shm`, `${file}.lock`];
  return {
    file,
    code: resultCode(error),
    message: error instanceof Error ? error.message : String(error),
    folderExists: existsSync(folder),
    denied: paths.flatMap((path) => deniedAccess(path) ?? [])[0] ?? null,
    user: userInfo().username,
  };
}

function deniedAccess(path: string): FailureFacts['denied'] {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return code === 'ENOENT' ? null : { path, uid: statSync(path).uid, code };
  }
}

/** node:sqlite reports extended codes; the primary code is in the lowest byte. */
function resultCode(error: unknown): number | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && error.code === 'ENOSPC') return CODES.full;
  if (!('errcode' in error)) return null;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : null;
}
