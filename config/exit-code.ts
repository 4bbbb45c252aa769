import { BrokenConfig } from './bundle';
import { BadSettings } from './environment';

/** A person has to change something first: starting again would end the same way (EX_CONFIG of sysexits). */
const CONFIG = 78;

/** With which code a process ends that could not start. */
export const exitCodeFor = (error: unknown): number =>
  error instanceof BadSettings || error instanceof BrokenConfig ? CONFIG : 1;
