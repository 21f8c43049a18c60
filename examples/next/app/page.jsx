import { Calls } from './calls';

export default function Page() {
  return (
    <main>
      <h1>Calls</h1>
      <Calls />
    </main>
  );
}
