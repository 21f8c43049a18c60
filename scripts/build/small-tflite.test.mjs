import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { functionsOf } from './bundle/prune-wasm.mjs';
import { MODEL, smallTflite, startTflite, TFLITE } from './bundle/small-tflite.mjs';

const FLOATS = 256 * 144 * 3;

test('TensorFlow Lite keeps what the model enters, and finds the same person', async () => {
  const [whole, small] = [readFileSync(TFLITE), await smallTflite()];
  assert.ok(functionsOf(small).left < functionsOf(whole).all / 5);
  const picture = Float32Array.from({ length: FLOATS }, (_, at) => ((at * 7919) % 251) / 250);
  assert.deepEqual(await found(small, picture), await found(whole, picture));
});

test('the exports have the names that the adapter knows', () => {
  const glue = readFileSync(TFLITE.replace('.wasm', '.js'), 'utf8');
  const names = ['getModelBufferMemoryOffset', 'getInputMemoryOffset', 'getOutputMemoryOffset'];
  const letters = [...names, 'loadModel', 'runInference'].map(
    (name) => new RegExp(`Module\\["_${name}"\\]=Module\\["asm"\\]\\["(\\w)"\\]`).exec(glue)?.[1],
  );
  assert.deepEqual(letters, ['s', 't', 'x', 'B', 'C']);
});

async function found(wasm, picture) {
  const { memory, exports } = await startTflite(wasm);
  const model = readFileSync(MODEL);
  new Uint8Array(memory.buffer).set(model, exports.s(model.length));
  assert.equal(exports.B(model.length), 0);
  new Float32Array(memory.buffer, exports.t(), FLOATS).set(picture);
  assert.equal(exports.C(), 0);
  return [...new Float32Array(memory.buffer, exports.x(), FLOATS / 3)];
}
