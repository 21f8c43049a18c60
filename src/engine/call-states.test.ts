import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { format, resolveConfig } from 'prettier';
import { EVENTS, SCENES, type Scene } from '../../test/fakes/each-phase.ts';
import { CLOCK_START, playFrom, type Moment } from '../../test/fakes/play.ts';
import type { CallEffect } from './call-effect.ts';
import { transition } from './transition.ts';

/**
 * docs/call-states.md is what the transitions do, written down by walking every phase with every event.
 * `UPDATE_DOCS=1 node --test src/engine/call-states.test.ts` writes it anew.
 */

const DOCUMENT = new URL('../../docs/call-states.md', import.meta.url);

test('each scene is in the phase it stands for', () => {
  for (const { phase, state } of SCENES) assert.equal(state.call.phase, phase);
});

test('the document of the call states is what the transitions do', async () => {
  const written = await formatted(document());
  if (process.env['UPDATE_DOCS'] === '1') await writeFile(DOCUMENT, written);
  assert.equal(await readFile(DOCUMENT, 'utf8'), written);
});

test('no event changes a state in place', () => {
  for (const scene of SCENES) {
    const frozen = deepFrozen(structuredClone(scene.state));
    for (const make of Object.values(EVENTS)) {
      const { at, event } = make(scene);
      const occurrence = typeof event === 'function' ? event(frozen) : event;
      transition(frozen, { ...occurrence, at: CLOCK_START + at });
    }
  }
});

function document(): string {
  const sections = SCENES.map((scene) => section(scene));
  return `# Call states

What the engine does in each phase of a call when something happens: the phase it goes to, what it asks
of the world, what it tells observers. Written by \`src/engine/call-states.test.ts\`, which walks every
pair of phase and event; the diagram is on top of \`src/engine/transition.ts\`. Here the user is in a video
call of Alice and Bob: Alice in \`calling\` and \`outgoing\`, else Bob. Promises settled and values
remembered are left out.

${sections.join('\n')}`;
}

function section(scene: Scene): string {
  const rows: string[] = [];
  const still: string[] = [];
  for (const [name, make] of Object.entries(EVENTS)) {
    const row = rowOf(scene, name, make(scene));
    if (row === null) still.push(name);
    else rows.push(row);
  }
  return `## ${scene.phase}

| when | phase | asks for | tells |
| --- | --- | --- | --- |
${rows.join('\n')}

Nothing happens when: ${still.join('; ')}.
`;
}

function rowOf(scene: Scene, name: string, moment: Moment): string | null {
  const { state, effects, notifications } = playFrom(scene.state, moment);
  const refusal = effects.find((effect) => effect.type === 'settle' && !effect.outcome.ok);
  const asked = effects.map(inWords).filter((words) => words !== null);
  const told = notifications.map((notification) => notification.name);
  const { phase } = state.call;
  if (phase === scene.phase && asked.length === 0 && told.length === 0) {
    if (refusal?.type !== 'settle' || refusal.outcome.ok) return null;
    return `| ${name} | | rejects: ${refusal.outcome.error.name} | |`;
  }
  const moved = phase === scene.phase ? '' : phase;
  return `| ${name} | ${moved} | ${asked.join(', ')} | ${told.join(', ')} |`;
}

function inWords(effect: CallEffect): string | null {
  switch (effect.type) {
    case 'settle':
    case 'remember':
    case 'drop-call-commands':
    case 'drop-farewells':
      return null;
    case 'send-command':
      return `send ${effect.command.type}`;
    case 'set-track':
      return `${effect.source} ${effect.on ? 'on' : 'off'}`;
    case 'start-timer':
      return `${effect.name} timer`;
    case 'cancel-timer':
      return `no ${effect.name} timer`;
    default:
      return effect.type.replaceAll('-', ' ');
  }
}

async function formatted(text: string): Promise<string> {
  const config = await resolveConfig(DOCUMENT.pathname);
  return format(text, { ...config, parser: 'markdown' });
}

function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFrozen(part);
  }
  return value;
}
