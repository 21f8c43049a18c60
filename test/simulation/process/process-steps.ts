import { must } from '../../model-check/model/violation.ts';
import { chosen, deviceOf, recentCall, STEPS, type Steps } from '../virtual/sequence/steps.ts';
import { TIME_SCALE } from './time-scaling.ts';
import type { Run } from './run.ts';

/** The simulation does not wait for a ring that ends later than this. */
const SHORT_RING_MS = 16_000;
/** The ping interval of the server plus its ping timeout. */
const HEARTBEAT_MS = 14_000;
const GRACE_MS = 31_000;
/** Additional real time in ms for a busy machine. */
const SLOWER_MS = 2_000;
const SEARCH_SECONDS = [1, 2, 5];

/** Steps on real connections, real time and a real server process. */
export const SOCKET_STEPS: Steps<Run> = [
  ...STEPS,
  ['line stands', 2, (run, who) => deviceOf(run, who).link.stand()],
  ['lines flow', 3, (run) => run.flow()],
  ['one way dies', 1, oneWayDies],
  ['network changes', 1, (run, who) => deviceOf(run, who).link.changeNetwork()],
  ['a dead line is noticed', 0.5, noticed],
  ['a ring runs out', 1, ringRunsOut],
  ['who is away is given up', 0.5, givenUp],
  ['userSig ends', 1, userSigEnds],
  ['server is killed', 3, (run) => run.kill()],
  ['a group is joined', 2, groupIsJoined],
  ['recents are deleted', 1, recentsAreDeleted],
];

function oneWayDies(run: Run, who: number, how: number): void {
  deviceOf(run, who).link.dieOneWay(how % 2 === 0 ? 'to-server' : 'to-client');
}

/** The device notices by itself, without a command. */
async function noticed(run: Run, who: number): Promise<void> {
  const { name, link } = deviceOf(run, who);
  run.flow();
  link.die();
  await run.within(HEARTBEAT_MS, () =>
    must(!link.isDead, `F58: ${name} takes a dead line for alive`),
  );
}

async function ringRunsOut(run: Run): Promise<void> {
  run.flow();
  const rings = () =>
    run.devices.some(({ state, now }) => {
      const { phase, ringDeadline } = state;
      return phase === 'incoming' && ringDeadline !== null && ringDeadline - now < SHORT_RING_MS;
    });
  await run.until(() => !rings(), SHORT_RING_MS / TIME_SCALE + SLOWER_MS);
}

/** From the server's view: the grace time of every unreachable member has ended. */
async function givenUp(run: Run): Promise<void> {
  run.flow();
  const waits = () =>
    [...run.calls.values()].some(({ members }) =>
      members.some(({ graceUntil }) => graceUntil !== null),
    );
  await run.until(() => !waits(), GRACE_MS / TIME_SCALE + SLOWER_MS);
}

async function userSigEnds(run: Run, who: number, how: number): Promise<void> {
  const device = deviceOf(run, who);
  device.takeUserSig(await run.newUserSig(device.userId, chosen(SEARCH_SECONDS, how)));
}

/** A user calls in the group, and another member of the group joins this call by it. */
async function groupIsJoined(run: Run, who: number): Promise<void> {
  const free = run.devices.filter(({ state }) => ['idle', 'ended'].includes(state.phase));
  const members = free.filter(({ userId }) => run.isInTeam(userId));
  if (members.length === 0) return;
  const joining = chosen(members, who);
  const caller = free.find(({ userId }) => userId !== joining.userId);
  const callee = run.users.find((one) => one !== joining.userId && one !== caller?.userId);
  if (caller === undefined || callee === undefined) return;
  caller.request((engine) => engine.calls([callee], 'audio', { groupId: run.team }));
  await run.settle();
  await run.flush();
  joining.join((engine) => engine.joinGroup(run.team));
}

/** A user deletes a recent call of theirs, on one device. */
function recentsAreDeleted(run: Run, who: number, how: number): void {
  const callId = recentCall(run, how);
  if (callId === undefined) return;
  deviceOf(run, who).request((engine) => engine.deleteRecentCalls([callId]));
}
