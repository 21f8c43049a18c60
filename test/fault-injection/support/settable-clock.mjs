/** Loaded before the call server: SIGUSR2 sets the clock of this process an hour ahead, then an hour back. */
const STEPS = [3_600_000, -3_600_000, 0];

const now = Date.now.bind(Date);
let offset = 0;
let step = 0;

globalThis.Date = class extends Date {
  constructor(...given) {
    if (given.length === 0) super(now() + offset);
    else super(...given);
  }

  static now() {
    return now() + offset;
  }
};

process.on('SIGUSR2', () => {
  offset = STEPS[step % STEPS.length];
  step += 1;
});
