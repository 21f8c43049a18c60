import { register } from './view/register.ts';
import { TuiCall } from './tui-call.ts';

/* The only module with a side effect: makes `<tui-call>` work on the page that loads it. */
register({ 'tui-call': TuiCall });
