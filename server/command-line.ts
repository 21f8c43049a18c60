import { parseArgs } from 'node:util';
import { apiKeyCommand } from './api-key-command.ts';
import { createUserSig } from './auth/user-sig.ts';
import { parseKeys } from './auth/key-ring.ts';
import { checksOf } from './check.ts';
import { ConfigError, readConfig } from './config/config.ts';
import type { Environment } from './config/config.ts';
import { createServer, MediaUnreachable } from './create-server.ts';
import type { CallServer } from './create-server.ts';
import { RedisError } from './cluster/node-bus.ts';
import { StoreError } from './calls/store.ts';
import { newVapidKeys } from './push/vapid.ts';
import { unknownVariables } from './config/unknown-variables.ts';

/** What a command needs of the process it runs in. */
export interface Terminal {
  readonly env: Environment;
  readonly print: (line: string) => void;
  readonly printError: (line: string) => void;
}

/** `start` returns the running server; every other command returns its exit code. */
export type Outcome =
  { readonly exitCode: number; readonly server?: undefined } | { readonly server: CallServer };

const USAGE = `usage: tui-call-server [start]
       tui-call-server user-sig <userId> [--expires 7d] [--name <nickname>] [--avatar <https URL>] [--group <groupId>]…
       tui-call-server check
       tui-call-server vapid-keys
       tui-call-server api-key create --name <name> --scopes <scope>,… [--expires 90d]
       tui-call-server api-key list
       tui-call-server api-key revoke <id>`;

/** Runs `tui-call-server <args>`. */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<Outcome> {
  const [command = 'start', ...rest] = args;
  try {
    if (command === 'start' && rest.length === 0) return await start(terminal);
    if (command === 'check' && rest.length === 0) return await check(terminal);
    if (command === 'vapid-keys' && rest.length === 0) {
      for (const line of newVapidKeys()) terminal.print(line);
      return { exitCode: 0 };
    }
    if (command === 'user-sig') return await userSig(rest, terminal);
    if (command === 'api-key') {
      await apiKeyCommand(rest, terminal.env, terminal.print);
      return { exitCode: 0 };
    }
    if (['help', '--help', '-h'].includes(command)) {
      terminal.print(USAGE);
      return { exitCode: 0 };
    }
    terminal.printError(USAGE);
    return { exitCode: 2 };
  } catch (error) {
    for (const line of explain(error, terminal.env)) terminal.printError(line);
    return { exitCode: 1 };
  }
}

async function start({ env, print, printError }: Terminal): Promise<Outcome> {
  const config = readConfig(env);
  for (const problem of unknownVariables(env)) printError(`warning: ${problem}`);
  const server = await createServer({ config });
  print(`tui-call-server listening on ${server.url}`);
  return { server };
}

async function userSig(args: readonly string[], { env, print }: Terminal): Promise<Outcome> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      expires: { type: 'string' },
      name: { type: 'string' },
      avatar: { type: 'string' },
      group: { type: 'string', multiple: true },
    },
  });
  const [userId] = positionals;
  if (userId === undefined || positionals.length > 1) throw new Error(USAGE);
  const [key] = parseKeys(env['TUI_CALL_SECRET'], env['TUI_CALL_SECRETS']);
  if (key === undefined) throw new Error('TUI_CALL_SECRETS is empty');
  const { expires: expiresIn, name, avatar, group: groups } = values;
  print(
    await createUserSig(key, userId, {
      ...(expiresIn !== undefined && { expiresIn }),
      ...(name !== undefined && { name }),
      ...(avatar !== undefined && { avatar }),
      ...(groups !== undefined && { groups }),
    }),
  );
  return { exitCode: 0 };
}

/** Checks everything the server needs and prints every problem. */
async function check({ env, print, printError }: Terminal): Promise<Outcome> {
  const config = readConfig(env);
  print('configuration: ok');
  const unknown = unknownVariables(env);
  for (const problem of unknown) printError(`configuration: ${problem}`);
  let exitCode = unknown.length > 0 ? 1 : 0;
  for (const { name, run } of checksOf(config)) {
    try {
      await run();
      print(`${name}: ok`);
    } catch (error) {
      exitCode = 1;
      for (const line of explain(error, env)) printError(`${name}: ${line}`);
    }
  }
  return { exitCode };
}

/** The lines that explain an error to the operator. */
function explain(error: unknown, env: Environment): readonly string[] {
  if (error instanceof ConfigError) return error.problems;
  if (error instanceof StoreError || error instanceof RedisError) return [error.message];
  if (error instanceof MediaUnreachable) {
    return [
      `LiveKit does not answer at LIVEKIT_URL=${env['LIVEKIT_URL'] ?? ''} (${error.message}); is it running, and are LIVEKIT_API_KEY and LIVEKIT_API_SECRET its own?`,
    ];
  }
  if (!(error instanceof Error)) return [String(error)];
  if ('code' in error && error.code === 'EADDRINUSE') {
    return [`HOST and PORT are in use by another program: ${error.message}`];
  }
  return [error.message];
}
