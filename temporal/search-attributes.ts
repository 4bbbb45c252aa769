import type { NativeConnection } from '@temporalio/worker';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { temporal } from '@temporalio/proto';

const { INDEXED_VALUE_TYPE_DATETIME, INDEXED_VALUE_TYPE_KEYWORD } =
  temporal.api.enums.v1.IndexedValueType;

/** What the engine can search by. Never encrypted: ids and states only, no names, no reasons. */
const ATTRIBUTES = {
  CurfewState: INDEXED_VALUE_TYPE_KEYWORD,
  CurfewRequester: INDEXED_VALUE_TYPE_KEYWORD,
  CurfewChatUser: INDEXED_VALUE_TYPE_KEYWORD,
  CurfewRole: INDEXED_VALUE_TYPE_KEYWORD,
  CurfewAccount: INDEXED_VALUE_TYPE_KEYWORD,
  CurfewGrant: INDEXED_VALUE_TYPE_KEYWORD,
  CurfewEnds: INDEXED_VALUE_TYPE_DATETIME,
};

/** Set when a request is opened; the workflow adds the others as it learns them. */
export const OPENING = {
  state: defineSearchAttributeKey('CurfewState', SearchAttributeType.KEYWORD),
  chatUser: defineSearchAttributeKey('CurfewChatUser', SearchAttributeType.KEYWORD),
  role: defineSearchAttributeKey('CurfewRole', SearchAttributeType.KEYWORD),
};

/**
 * Adds what is missing, at every start: a server's own option acts on a new database only.
 * Safe to call twice, and from two workers at once.
 */
export async function ensureSearchAttributes(
  connection: Pick<NativeConnection, 'operatorService'>,
  namespace: string,
): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.entries(ATTRIBUTES).filter(
    ([name]) => customAttributes?.[name] === undefined,
  );
  if (missing.length === 0) return;
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(missing),
  });
}
