import type { AccountStore } from './account-store';
import { authorize, type Caller } from './caller';
import { xmlElement } from './xml';

export const S3_NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** Names of the buckets in each account: something harmless to try access on. */
export type Buckets = Readonly<Record<string, readonly string[]>>;

/** `ListBuckets`, as XML. */
export function listBuckets(store: AccountStore, caller: Caller, buckets: Buckets): string {
  authorize(store, caller, { action: 's3:ListAllMyBuckets', resource: '*' });
  const { accountId } = caller.role;
  return xmlElement(
    'ListAllMyBucketsResult',
    {
      Owner: { ID: accountId.padStart(64, '0') },
      Buckets: {
        of: 'Bucket',
        items: (buckets[accountId] ?? []).map((name) => ({
          Name: name,
          CreationDate: '2026-01-05T08:00:00.000Z',
          BucketRegion: caller.region,
        })),
      },
    },
    S3_NAMESPACE,
  );
}
