/** Entry point of the process: passes environment and arguments to the command line. */
import { runCommand } from './command-line.ts';

const outcome = await runCommand(process.argv.slice(2), {
  env: process.env,
  print: (line) => console.log(line),
  printError: (line) => console.error(line),
});

if (outcome.server === undefined) {
  process.exitCode = outcome.exitCode;
} else {
  const { server } = outcome;
  let closing = false;
  const drain = (): void => {
    // A second signal exits immediately.
    if (closing) process.exit(1);
    closing = true;
    void server.close().then(() => process.exit(0));
  };
  process.on('SIGTERM', drain);
  process.on('SIGINT', drain);
}
