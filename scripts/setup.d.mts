/** The part of an npm lock file that is read. */
export interface Lock {
  readonly packages: Readonly<Record<string, object>>;
}

/** Whether node_modules differs from the lock file; `installed` is its own lock file, null without one. */
export function needsInstall(lock: Lock, installed: Lock | null): boolean;

/** The environment of a program that uses the tools in node_modules. */
export function environmentWithTools(env?: NodeJS.ProcessEnv): NodeJS.ProcessEnv;
