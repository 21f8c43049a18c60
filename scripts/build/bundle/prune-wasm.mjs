/**
 * Removes the functions of a WebAssembly module that its only use never enters: TensorFlow Lite has hundreds of
 * kernels, and a model needs a few dozen. A copy of the module marks each function that is entered while `use` runs.
 * A removed function keeps its index and type, and traps.
 */

const TYPE = { memory: 5, code: 10 };
const HEADER_BYTES = 8;
const PAGE = 65_536;
/** The marks are far above the memory that the module itself uses. */
const MARKED_PAGES = 1024;
const MARKS = (MARKED_PAGES - 1) * PAGE;
/** No locals; `unreachable`, `end`. */
const TRAP = Buffer.from([0, 0x00, 0x0b]);

/**
 * @param {Buffer} wasm
 * @param {Buffer[]} variants the module as it behaves on each kind of machine
 * @param {(wasm: Buffer) => Promise<WebAssembly.Memory>} use runs all uses of the module, and returns its memory
 */
export async function pruneWasm(wasm, variants, use) {
  const count = bodiesOf(wasm).length;
  const entered = new Uint8Array(count);
  for (const variant of variants) {
    const memory = await use(withMarks(variant));
    const marks = new Uint8Array(memory.buffer, MARKS, count);
    for (const [index, mark] of marks.entries()) entered[index] |= mark;
  }
  return rewritten(wasm, (body, index) => (entered[index] ? body : TRAP));
}

/** The number of functions, and of those that only trap. */
export function functionsOf(wasm) {
  const bodies = bodiesOf(wasm);
  return { all: bodies.length, left: bodies.filter((body) => !body.equals(TRAP)).length };
}

function withMarks(wasm) {
  return rewritten(
    wasm,
    (body, index) => {
      const at = afterLocals(body);
      // i32.const <mark>, i32.const 1, i32.store8
      const mark = Buffer.from([0x41, ...signed(MARKS + index), 0x41, 1, 0x3a, 0, 0]);
      return Buffer.concat([body.subarray(0, at), mark, body.subarray(at)]);
    },
    MARKED_PAGES,
  );
}

function rewritten(wasm, change, pages = null) {
  const parts = [wasm.subarray(0, HEADER_BYTES)];
  for (const { type, content } of sectionsOf(wasm)) {
    const isMemory = type === TYPE.memory && pages !== null;
    const body =
      type === TYPE.code
        ? codeSection(content, change)
        : isMemory
          ? memoryOf(content, pages)
          : content;
    parts.push(Buffer.from([type, ...unsigned(body.length)]), body);
  }
  return Buffer.concat(parts);
}

function codeSection(content, change) {
  const bodies = splitBodies(content).map(change);
  return Buffer.concat([
    Buffer.from(unsigned(bodies.length)),
    ...bodies.flatMap((body) => [Buffer.from(unsigned(body.length)), body]),
  ]);
}

/** One memory, with this many pages at the start. */
function memoryOf(content, pages) {
  const [, flags] = content;
  const least = number(content, 2);
  return Buffer.concat([Buffer.from([1, flags, ...unsigned(pages)]), content.subarray(least.next)]);
}

function bodiesOf(wasm) {
  const code = sectionsOf(wasm).find(({ type }) => type === TYPE.code);
  return splitBodies(code.content);
}

function sectionsOf(wasm) {
  const sections = [];
  for (let at = HEADER_BYTES; at < wasm.length;) {
    const { value: bytes, next } = number(wasm, at + 1);
    sections.push({ type: wasm[at], content: wasm.subarray(next, next + bytes) });
    at = next + bytes;
  }
  return sections;
}

function splitBodies(content) {
  let { value: count, next } = number(content, 0);
  const bodies = [];
  for (; count > 0; count -= 1) {
    const { value: bytes, next: from } = number(content, next);
    bodies.push(content.subarray(from, from + bytes));
    next = from + bytes;
  }
  return bodies;
}

/** The offset of the first instruction of a body. */
function afterLocals(body) {
  let { value: groups, next } = number(body, 0);
  // Of each group: how many, and one byte for their type.
  for (; groups > 0; groups -= 1) next = number(body, next).next + 1;
  return next;
}

/** An unsigned LEB128. */
function number(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at];
    value += (byte & 0x7f) * 2 ** shift;
    at += 1;
    if (byte < 0x80) return { value, next: at };
  }
}

function unsigned(value) {
  const bytes = [];
  for (; value >= 0x80; value = Math.floor(value / 128)) bytes.push((value % 128) | 0x80);
  return [...bytes, value];
}

/** A signed LEB128 of a number that is not negative. */
function signed(value) {
  const bytes = unsigned(value);
  if ((bytes.at(-1) & 0x40) === 0) return bytes;
  return [...bytes.slice(0, -1), bytes.at(-1) | 0x80, 0];
}
