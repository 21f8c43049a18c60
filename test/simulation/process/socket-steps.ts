import { must } from '../../model-check/model/violation.ts';
import { chosen, deviceOf, STEPS, type Steps } from '../virtual/steps.ts';
import { FASTER } from './time-scaling.ts';
import type { Life } from './run.ts';

/** A ring that ends later is not waited for. */
const SHORT_RING_MS = 16_000;
/** The server’s ping, and what it may take. */
const HEARTBEAT_MS = 14_000;
const GRACE_MS = 31_000;
/** A busy machine takes so much longer, in real ms. */
const SLOWER_MS = 2_000;
const SECONDS_TO_LIVE = [1, 2, 5];

/** What becomes of real lines, real time and a real process. */
export const SOCKET_STEPS: Steps<Life> = [
  ...STEPS,
  ['line stands', 2, (life, who) => deviceOf(life, who).link.stand()],
  ['lines flow', 3, (life) => life.flow()],
  ['one way dies', 1, oneWayDies],
  ['network changes', 1, (life, who) => deviceOf(life, who).link.changeNetwork()],
  ['a dead line is noticed', 0.5, noticed],
  ['a ring runs out', 1, ringRunsOut],
  ['who is away is given up', 0.5, givenUp],
  ['userSig ends', 1, userSigEnds],
  ['server is killed', 3, (life) => life.kill()],
];

function oneWayDies(life: Life, who: number, how: number): void {
  deviceOf(life, who).link.dieOneWay(how % 2 === 0 ? 'to-server' : 'to-client');
}

/** By the device itself, though nobody says anything on it. */
async function noticed(life: Life, who: number): Promise<void> {
  const { name, link } = deviceOf(life, who);
  life.flow();
  link.die();
  await life.within(HEARTBEAT_MS, () =>
    must(!link.isDead, `F58: ${name} takes a dead line for alive`),
  );
}

async function ringRunsOut(life: Life): Promise<void> {
  life.flow();
  const rings = () =>
    life.devices.some(({ state, now }) => {
      const { phase, ringDeadline } = state;
      return phase === 'incoming' && ringDeadline !== null && ringDeadline - now < SHORT_RING_MS;
    });
  await life.until(() => !rings(), SHORT_RING_MS / FASTER + SLOWER_MS);
}

/** As the server sees it: nobody’s seat is kept any more who does not reach it. */
async function givenUp(life: Life): Promise<void> {
  life.flow();
  const waits = () =>
    [...life.calls.values()].some(({ members }) =>
      members.some(({ graceUntil }) => graceUntil !== null),
    );
  await life.until(() => !waits(), GRACE_MS / FASTER + SLOWER_MS);
}

async function userSigEnds(life: Life, who: number, how: number): Promise<void> {
  const device = deviceOf(life, who);
  device.takeUserSig(await life.newUserSig(device.userId, chosen(SECONDS_TO_LIVE, how)));
}
