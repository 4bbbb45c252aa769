import { AccountStore } from '../../sandbox/aws/account-store';

/** Writes inline policies into the store of a folder and says the name of each, until it is killed. */
const [, , folder = '', roleArn = ''] = process.argv;
const store = new AccountStore(folder);
const document = JSON.stringify({ Version: '2012-10-17', Statement: [] });
const write = (count: number): void => {
  store.atomically(() => store.writeInlinePolicy(roleArn, `p${count}`, document, Date.now()));
  process.stdout.write(`p${count}\n`);
  setImmediate(write, count + 1);
};
write(0);
