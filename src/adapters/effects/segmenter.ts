import { EffectError } from './effect-error.ts';
import { MASK_HEIGHT, MASK_WIDTH, writeModelInput } from './mask.ts';
import { probeWebAssembly } from './webassembly-probe.ts';

/** The exports of TensorFlow Lite in @twilio/video-processors 3.2.0; a test compares their names. */
interface TfliteExports {
  readonly q: WebAssembly.Memory;
  /** __wasm_call_ctors */
  r(): void;
  /** getModelBufferMemoryOffset */
  s(bytes: number): number;
  /** getInputMemoryOffset */
  t(): number;
  /** getOutputMemoryOffset */
  x(): number;
  /** loadModel; 0: loaded */
  B(bytes: number): number;
  /** runInference; 0: done */
  C(): number;
}

const PAGE_BYTES = 65_536;
const NO_THREADS = 6;

/** Finds the person in a picture, by TensorFlow Lite with MediaPipe's model of selfies. */
export class Segmenter {
  readonly #exports: TfliteExports;

  private constructor(exports: TfliteExports) {
    this.#exports = exports;
  }

  /** @throws {EffectError} webassembly-blocked | not-loaded | not-supported-here */
  static async load(wasmUrl: string, modelUrl: string): Promise<Segmenter> {
    await probeWebAssembly();
    const [wasm, model] = await Promise.all([bytesOf(wasmUrl), bytesOf(modelUrl)]);
    try {
      const exports = await instantiate(wasm);
      exports.r();
      const at = exports.s(model.byteLength);
      new Uint8Array(exports.q.buffer).set(new Uint8Array(model), at);
      if (exports.B(model.byteLength) !== 0) throw new Error('the model does not load');
      return new Segmenter(exports);
    } catch (cause) {
      // Without SIMD, or with too little memory.
      throw new EffectError('not-supported-here', { cause });
    }
  }

  /** Returns the probability that each pixel shows a person; valid until the next run. */
  run(rgba: Uint8ClampedArray): Float32Array {
    const tflite = this.#exports;
    const size = MASK_WIDTH * MASK_HEIGHT;
    writeModelInput(rgba, new Float32Array(tflite.q.buffer, tflite.t(), size * 3));
    if (tflite.C() !== 0) throw new EffectError('not-supported-here');
    return new Float32Array(tflite.q.buffer, tflite.x(), size);
  }
}

async function bytesOf(url: string): Promise<ArrayBuffer> {
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${response.status}`);
    return await response.arrayBuffer();
  } catch (cause) {
    throw new EffectError('not-loaded', { cause });
  }
}

async function instantiate(wasm: ArrayBuffer): Promise<TfliteExports> {
  let memory: WebAssembly.Memory | null = null;
  const system = systemCalls(
    () => memory?.buffer ?? new ArrayBuffer(0),
    (bytes) => grow(memory, bytes),
  );
  const { instance } = await WebAssembly.instantiate(wasm, { a: system });
  const exports: unknown = instance.exports;
  if (!isTflite(exports)) throw new Error('another TensorFlow Lite than the one of this build');
  memory = exports.q;
  return exports;
}

function isTflite(exports: unknown): exports is TfliteExports {
  return typeof exports === 'object' && exports !== null && 'q' in exports && 'C' in exports;
}

/** The system calls of an Emscripten program. This one reads no file, has no thread and writes no log. */
function systemCalls(
  buffer: () => ArrayBuffer,
  growTo: (bytes: number) => number,
): WebAssembly.ModuleImports {
  const refuse = (): number => -1;
  const done = (): number => 0;
  return {
    a: abort, // abort
    b: (_file: number, dependencies: number, count: number, written: number) =>
      discard(buffer(), dependencies, count, written), // fd_write
    c: () => NO_THREADS, // pthread_create
    d: abort, // dlsym
    e: refuse, // pthread_join
    f: done, // environ_sizes_get
    g: done, // fd_close
    h: () => 2 ** 31, // emscripten_get_heap_max
    i: abort, // dlopen
    j: abort, // exit
    k: done, // fd_seek
    l: (to: number, from: number, bytes: number) =>
      void new Uint8Array(buffer()).copyWithin(to, from, from + bytes), // emscripten_memcpy_big
    m: growTo, // emscripten_resize_heap
    n: (_clock: number, at: number) => writeTime(buffer(), at), // clock_gettime
    o: done, // emscripten_thread_sleep
    p: done, // environ_get
  };
}

function abort(): never {
  throw new Error('TensorFlow Lite aborted');
}

function grow(memory: WebAssembly.Memory | null, bytes: number): number {
  if (memory === null) return 0;
  try {
    memory.grow(Math.ceil((bytes - memory.buffer.byteLength) / PAGE_BYTES));
    return 1;
  } catch {
    return 0;
  }
}

function discard(
  buffer: ArrayBuffer,
  dependencies: number,
  count: number,
  written: number,
): number {
  const words = new Uint32Array(buffer);
  let bytes = 0;
  for (let part = 0; part < count; part += 1)
    bytes += words[(dependencies >> 2) + part * 2 + 1] ?? 0;
  words[written >> 2] = bytes;
  return 0;
}

function writeTime(buffer: ArrayBuffer, at: number): number {
  const now = performance.now();
  new Uint32Array(buffer, at, 2).set([now / 1000, (now % 1000) * 1e6]);
  return 0;
}
