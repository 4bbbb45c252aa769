// Run as a process of its own: the launcher with small children that only say that they are there.
// Arguments: data folder, and as JSON what is special about a child: {"bot": "refuses" | "deaf"}.
import { freePort, fakeChild, type Special } from './fake-children';
import { CannotStart } from '../../launch/cannot-start';
import { makePrivateFolder } from '../../launch/data-folder';
import { runChildren } from '../../launch/run-children';
import { takeOver } from '../../launch/take-over';

async function main(data: string, special: Record<string, Special>): Promise<number> {
  makePrivateFolder(data);
  const claimed = await takeOver(data, (line) => console.log(line));
  const port = await freePort();
  const children = await Promise.all(
    ['temporal', 'sandbox', 'worker', 'bot'].map((name) => fakeChild(name, data, special[name])),
  );
  const code = await runChildren({
    data,
    url: `http://127.0.0.1:${port}`,
    ports: { curfew: port },
    children,
    say: (line) => console.log(line),
    onReady: () => console.log('All are there.'),
  });
  claimed.release();
  return code;
}

const [data = '', special = '{}'] = process.argv.slice(2);
main(data, JSON.parse(special)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.log(error instanceof CannotStart ? error.message : error);
    process.exit(1);
  },
);
