import { register } from '../../components/shared/register.ts';
import { CallUnderTest } from './call-under-test.ts';

// Imported before a wrapper: the first registration of `tui-call` stays.
register({ 'tui-call': class extends CallUnderTest {} });

/** The `<tui-call>` in `root`, on a fake engine. */
export function callIn(root: ParentNode): CallUnderTest {
  const call = root.querySelector('tui-call');
  if (!(call instanceof CallUnderTest)) throw new Error('there is no tui-call under test');
  return call;
}
