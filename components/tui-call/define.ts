// Without code of its own: the declarations of the element and its events.
import './index.ts';
import { register } from '../shared/register.ts';
import { TuiCall } from './tui-call.ts';

/* Registers `<tui-call>` on the page that loads this module. */
register({ 'tui-call': TuiCall });
