import { underOwnNode } from '../setup.mjs';

// npm start: installs what is missing and starts the demo. The last line printed is the page's URL.
await underOwnNode(import.meta.url);
const { runDemo } = await import('./demo.mjs');
await runDemo();
