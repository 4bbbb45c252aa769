import type { Target } from '../../access/session';
import type { Aws } from '../../aws/create-aws';

export const REGION = 'eu-central-1';

/** An AWS to hold the adapters against, and another hand in it. */
export interface AwsBench {
  aws: Aws;
  endpoint: string;
  /** A fresh target role, with nothing on its list. */
  newTarget(): Promise<Target>;
  /** Writes an inline policy as somebody else would. */
  putInline(target: Target, name: string, document: string): Promise<void>;
  /** The text of an inline policy, decoded. */
  inline(target: Target, name: string): Promise<string>;
  close(): Promise<void>;
}
