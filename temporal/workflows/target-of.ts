import type { Target } from '../../access/session';
import type { CaseFile } from './case-file';

export const targetOf = ({ decided }: CaseFile): Target => {
  if (!decided) throw new Error('no role was decided on');
  const { targetArn, account, region } = decided.role;
  return { arn: targetArn, accountId: account.id, region };
};
