import path from 'node:path';
import { ledgerFile, openLedger } from '../../audit/ledger';
import { temporaryFolder } from '../support/temporary-folder';
import { ledgerContract } from './ledger';

const folder = temporaryFolder();
let opened = 0;

ledgerContract('the SQLite file', () =>
  openLedger(ledgerFile(path.join(folder, String((opened += 1))))),
);
