import path from 'node:path';
import { ledgerFile } from '../audit/ledger';
import { packageRoot } from '../config/root';

/** The ledger of this machine: in CURFEW_DATA, else in the project's own folder. */
export const ledgerHere = (): string =>
  ledgerFile(process.env['CURFEW_DATA'] || path.join(packageRoot, '.curfew'));
