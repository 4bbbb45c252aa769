import { openLedger } from '../../audit/ledger';
import { entryCalled } from './ledger-entries';

// Started by tests as a process of its own: `ledger-writer.ts <ledger file> <name> <count>`.
const [file = '', name = '', count = ''] = process.argv.slice(2);
const ledger = openLedger(file);
for (let i = 1; i <= Number(count); i++) {
  const { seq } = ledger.append(entryCalled(`${name}:${i}`));
  process.stdout.write(`${seq}\n`);
}
ledger.close();
