import { ERRORS, type ErrorName, type MediaType } from 'tui-call/protocol';

const name: ErrorName = 'blocked';
const code: number = ERRORS[name].code;
const mediaType: MediaType = 'audio';
console.log(code, mediaType);

// @ts-expect-error: the list of errors is closed
const unknown: ErrorName = 'something-else';
console.log(unknown);
