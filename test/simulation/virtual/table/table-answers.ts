import type { CommandType } from '../../../../src/protocol/index.ts';
import { must } from '../../../model-check/model/violation.ts';
import { nameOf, type Row } from './server-table.ts';

/** The allowed answers to a session, by its status in the call: `ok`, or the name of the refusal. */
type Answers = Readonly<Record<ActingCommand, string>>;
type ActingCommand =
  | ('accept' | 'reject' | 'hangup' | 'alerted' | 'join')
  | ('hold' | 'invite' | 'switch-media-type' | 'media-access' | 'media-failed')
  | 'report-quality';

/** Too late, or without an effect: the server answers with the call as it is. */
const CALL_AS_IT_IS = { accept: 'ok', reject: 'ok', hangup: 'ok', alerted: 'ok', hold: 'ok' };
/** Only a member in the call, on this session, may send these. */
const NOT_IN_IT = { invite: 'wrong-state', 'switch-media-type': 'wrong-state' };
const NO_MEDIA = { 'media-access': 'wrong-state', 'media-failed': 'wrong-state' };
/** Also of a session that was in the call before. */
const WAS_IN_IT = { 'report-quality': 'ok wrong-state' };
const NO_SUCH = 'call-not-found';

const TABLE: Readonly<Record<string, Answers>> = {
  /** No such call, or not a member: the answer is the same. The group's members may join. */
  outside: {
    ...{ accept: NO_SUCH, reject: NO_SUCH, hangup: NO_SUCH, alerted: NO_SUCH, hold: NO_SUCH },
    ...{ invite: NO_SUCH, 'switch-media-type': NO_SUCH, 'media-access': NO_SUCH },
    ...{ 'media-failed': NO_SUCH, 'report-quality': NO_SUCH },
    join: `${NO_SUCH} ok call-full wrong-state not-a-member`,
  },
  ended: {
    ...{ ...CALL_AS_IT_IS, ...NO_MEDIA, ...WAS_IN_IT, join: 'ok' },
    ...{ invite: 'ok', 'switch-media-type': 'ok' },
  },
  ringing: {
    ...{ ...CALL_AS_IT_IS, ...NOT_IN_IT, ...NO_MEDIA, 'report-quality': 'wrong-state' },
    // With call waiting, if the command does not contain an action for the current call.
    ...{ accept: 'ok wrong-state', join: 'ok wrong-state' },
  },
  here: {
    ...{ ...CALL_AS_IT_IS, join: 'ok wrong-state', 'switch-media-type': 'ok' },
    ...{ invite: 'ok self-call blocked call-full', hold: 'ok wrong-state' },
    'media-access': 'ok media-failed wrong-state',
    'media-failed': 'ok wrong-state',
    ...WAS_IN_IT,
  },
  elsewhere: {
    ...{ ...CALL_AS_IT_IS, ...NOT_IN_IT, ...NO_MEDIA, 'report-quality': 'wrong-state' },
    ...{ join: 'ok wrong-state', hold: 'ok wrong-state' },
  },
  over: {
    ...{ ...CALL_AS_IT_IS, ...NOT_IN_IT, ...NO_MEDIA, ...WAS_IN_IT },
    join: 'ok wrong-state call-full',
  },
  removed: {
    ...{ ...CALL_AS_IT_IS, ...NOT_IN_IT, ...NO_MEDIA, ...WAS_IN_IT },
    join: 'not-a-member',
  },
};

function kindOf({ part, status }: Row): string {
  if (status === null || part === 'non-member' || part === 'suppressed') return 'outside';
  if (status === 'ended') return 'ended';
  if (part === 'joined here' || part === 'held here') return 'here';
  if (part === 'joined elsewhere' || part === 'held elsewhere') return 'elsewhere';
  return part === 'ringing' || part === 'removed' ? part : 'over';
}

/** Whether the table allows this answer at this position. */
export function checkAnswer(row: Row, command: CommandType, outcome: string): void {
  const may = TABLE[kindOf(row)]?.[command as ActingCommand];
  if (may === undefined) return;
  must(
    may.split(' ').includes(outcome),
    `${command} by one who is ${nameOf(row)} was answered ${outcome}, not ${may}`,
  );
}
