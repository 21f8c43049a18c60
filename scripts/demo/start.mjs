import { underOwnNode } from '../setup.mjs';

// npm start: the demo, from nothing. The last line printed is the page's URL.
await underOwnNode(import.meta.url);
const { runDemo } = await import('./demo.mjs');
await runDemo();
