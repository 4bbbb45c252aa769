import {
  GetRolePolicyCommand,
  paginateListRolePolicies,
  PutRolePolicyCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { setTimeout as pause } from 'node:timers/promises';
import { plainSecond } from '../access/fence';
import { ListFull } from '../access/list-full';
import type { ListContent, RevocationLists, Target } from '../access/session';
import type { AwsClients } from './clients';
import { AwsFault, awsCode, awsFault } from './errors';
import {
  adoptedIn,
  charactersOf,
  composeList,
  decodedPolicy,
  EMPTY_LIST,
  INLINE_POLICIES_MAX,
  parseList,
  REVOCATIONS_POLICY,
  type RevocationList,
} from './revocation-list';
import { roleParts } from './target-role';

const listFull = (target: Target, text: string, characters: number): ListFull =>
  new ListFull(
    `The revocation list of ${target.arn} is full: ${parseList(text).grantIds.length} grants need ${characters} characters of inline policy, ` +
      `and a role has ${INLINE_POLICIES_MAX} for all its inline policies together. ` +
      'Entries leave it 900 s after their last fence; other inline policies can move into managed ones.',
  );

/** IAM reads may be older than the write: milliseconds before each look, about 6 s together. */
const LOOKS_MS: readonly number[] = [0, 200, 400, 800, 1_600, 3_000];

/** Revocation lists through IAM, as the revoker. It has no DeleteRolePolicy and needs none. */
export function revocationLists(clients: AwsClients, looksMs = LOOKS_MS): RevocationLists {
  return {
    async read(target) {
      return contentOf(await readList(clients.iam(target), target));
    },

    async write(target, entries, purge = [], issuedBefore) {
      const iam = clients.iam(target);
      const there = await readList(iam, target);
      const gone = new Set(purge);
      const wanted: RevocationList = {
        ...there,
        grantIds: [
          ...there.grantIds.filter((id) => !gone.has(id)),
          ...entries.map((entry) => entry.grantId),
        ],
        issuedBefore: [
          ...there.issuedBefore.filter((at) => !gone.has(at)),
          ...(issuedBefore === undefined ? [] : [plainSecond(Date.parse(issuedBefore))]),
        ],
      };
      const text = composeList(wanted);
      const usedCharacters = charactersOf(text) + (await othersCharacters(iam, target));
      if (usedCharacters > INLINE_POLICIES_MAX) throw listFull(target, text, usedCharacters);
      await put(iam, target, text, usedCharacters);
      const writtenAt = new Date().toISOString();
      const seen = await readBack(iam, target, text, looksMs);
      return {
        ...contentOf(seen),
        writtenAt,
        usedCharacters,
        maxCharacters: INLINE_POLICIES_MAX,
      };
    },
  };
}

const contentOf = (list: RevocationList): ListContent => ({
  grantIds: list.grantIds,
  issuedBefore: list.issuedBefore,
  adopted: adoptedIn(list),
});

async function put(
  iam: IAMClient,
  target: Target,
  text: string,
  usedCharacters: number,
): Promise<void> {
  try {
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: roleParts(target.arn).name,
        PolicyName: REVOCATIONS_POLICY,
        PolicyDocument: text,
      }),
    );
  } catch (error) {
    if (awsCode(error) === 'LimitExceeded') throw listFull(target, text, usedCharacters);
    throw awsFault(error, `Writing the revocation list of ${target.arn}`);
  }
}

async function readBack(
  iam: IAMClient,
  target: Target,
  text: string,
  looksMs: readonly number[],
): Promise<RevocationList> {
  for (const wait of looksMs) {
    await pause(wait);
    const seen = await readList(iam, target);
    if (composeList(seen) === text) return seen;
  }
  throw new AwsFault(
    `The revocation list of ${target.arn} was written but does not read back as written: ` +
      'IAM is slow, or somebody else writes the same policy.',
  );
}

async function readList(iam: IAMClient, target: Target): Promise<RevocationList> {
  const text = await inlinePolicy(iam, target, REVOCATIONS_POLICY);
  return text === undefined ? EMPTY_LIST : parseList(text);
}

/** Undefined when the role has no such policy, or does not exist: a write then says so. */
async function inlinePolicy(
  iam: IAMClient,
  target: Target,
  name: string,
): Promise<string | undefined> {
  try {
    const { PolicyDocument } = await iam.send(
      new GetRolePolicyCommand({ RoleName: roleParts(target.arn).name, PolicyName: name }),
    );
    return PolicyDocument;
  } catch (error) {
    if (awsCode(error) === 'NoSuchEntity') return undefined;
    throw awsFault(error, `Reading the inline policy ${name} of ${target.arn}`);
  }
}

/**
 * What the role's other inline policies take of the shared room. A revoker that may not list them
 * counts none; AWS's own limit still holds and is answered the same way.
 */
async function othersCharacters(iam: IAMClient, target: Target): Promise<number> {
  try {
    const RoleName = roleParts(target.arn).name;
    let sum = 0;
    for await (const { PolicyNames = [] } of paginateListRolePolicies(
      { client: iam },
      { RoleName },
    ))
      for (const name of PolicyNames.filter((other) => other !== REVOCATIONS_POLICY))
        sum += charactersOf(decodedPolicy((await inlinePolicy(iam, target, name)) ?? '{}'));
    return sum;
  } catch (error) {
    if (awsCode(error) === 'AccessDenied') return 0;
    throw awsFault(error, `Listing the inline policies of ${target.arn}`);
  }
}
