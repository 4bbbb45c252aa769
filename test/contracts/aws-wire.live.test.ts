import { startMoto } from '../support/moto';
import { motoCenter } from '../support/moto-center-bench';
import { needs } from '../support/needs';
import { awsWireContract } from './aws-wire';
import { centerWireContract } from './center-wire';

// If the stand-in and moto, by another hand, both keep the contract, it is AWS's shape and not ours.
needs('python')('moto', () => {
  awsWireContract('moto', async () => ({
    ...(await startMoto()),
    accountId: '123456789012',
    keys: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'any', sessionToken: 'any' },
  }));
  centerWireContract('moto', motoCenter);
});
