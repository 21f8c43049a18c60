import { randomFillSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pruneWasm } from './prune-wasm.mjs';

const FOLDER = 'node_modules/@twilio/video-processors/dist/build/';
export const MODEL = `${FOLDER}selfie_segmentation_landscape.tflite`;
export const TFLITE = `${FOLDER}tflite-simd-1-0-0.wasm`;

const INPUT_FLOATS = 256 * 144 * 3;

/**
 * XNNPACK uses other kernels on x86 than elsewhere. It detects x86 by the sign of -∞ - -∞:
 * f32.load, f32.sub, i32.reinterpret_f32, local.tee <any>, i32.const -1, i32.le_s
 */
const ASKS_FOR_X86 = [Buffer.from([0x2a, 2, 0, 0x93, 0xbc, 0x22]), Buffer.from([0x41, 0x7f, 0x4c])];
const SUB_AT = 3;
/** -∞ + -∞ is negative as on x86; -∞ × -∞ is positive as elsewhere. */
const ANSWERS = [0x92, 0x94];

/** TensorFlow Lite with only the functions that MediaPipe's model of selfies needs. */
export async function smallTflite() {
  const wasm = readFileSync(TFLITE);
  return pruneWasm(wasm, machinesOf(wasm), runModel);
}

function machinesOf(wasm) {
  const at = placeOfQuestion(wasm);
  return ANSWERS.map((answer) => {
    const variant = Buffer.from(wasm);
    variant[at + SUB_AT] = answer;
    return variant;
  });
}

function placeOfQuestion(wasm) {
  const [head, tail] = ASKS_FOR_X86;
  const places = [];
  for (let at = wasm.indexOf(head); at >= 0; at = wasm.indexOf(head, at + 1)) {
    const tailAt = at + head.length + 1;
    if (wasm.subarray(tailAt, tailAt + tail.length).equals(tail)) places.push(at);
  }
  if (places.length !== 1)
    throw new Error(`TensorFlow Lite detects x86 in ${places.length} places`);
  return places[0];
}

/** Runs the model as src/adapters/effects/segmenter.ts does. @returns the module's memory */
async function runModel(wasm) {
  const { memory, exports } = await startTflite(wasm);
  const model = readFileSync(MODEL);
  const at = exports.s(model.length);
  new Uint8Array(memory.buffer).set(model, at);
  if (exports.B(model.length) !== 0) throw new Error('the model does not load');
  for (let run = 0; run < 3; run += 1) {
    const bytes = randomFillSync(new Uint8Array(INPUT_FLOATS));
    new Float32Array(memory.buffer, exports.t(), INPUT_FLOATS).set(
      Float32Array.from(bytes, (byte) => byte / 255),
    );
    if (exports.C() !== 0) throw new Error('the model does not run');
    new Float32Array(memory.buffer, exports.x(), 1);
  }
  return memory;
}

export async function startTflite(wasm) {
  const module = await WebAssembly.compile(wasm);
  const nothing = () => 0;
  const system = Object.fromEntries(
    WebAssembly.Module.imports(module).map(({ name }) => [name, nothing]),
  );
  let memory;
  Object.assign(system, {
    b: (_file, parts, count, written) => {
      const words = new Uint32Array(memory.buffer);
      let bytes = 0;
      for (let part = 0; part < count; part += 1) bytes += words[(parts >> 2) + part * 2 + 1];
      words[written >> 2] = bytes;
      return 0;
    },
    c: () => 6,
    h: () => 2 ** 31,
    l: (to, from, bytes) => void new Uint8Array(memory.buffer).copyWithin(to, from, from + bytes),
    m: (bytes) => {
      memory.grow(Math.ceil((bytes - memory.buffer.byteLength) / 65_536));
      return 1;
    },
  });
  const { exports } = await WebAssembly.instantiate(module, { a: system });
  memory = exports.q;
  exports.r();
  return { memory, exports };
}
