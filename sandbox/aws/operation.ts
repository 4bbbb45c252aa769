import type { AccountStore } from './account-store';
import type { Call } from './account-rows';
import type { Caller } from './caller';
import { AwsError } from './aws-error';
import { MalformedPolicy, parsePolicy, type PolicyKind } from './policy-document';
import type { XmlFields } from './xml';

/** One verified call of the query protocol. */
export interface Request {
  store: AccountStore;
  params: URLSearchParams;
  caller: Caller;
}

/** What a call did: the fields of its result, and what the record of calls should say. */
export interface Done {
  result?: XmlFields;
  resource?: string;
  issued?: NonNullable<Call['issued']>;
}

export type Operation = (request: Request) => Done;

/** `Name.member.1.Key`, `Name.member.1.Value`, … as the query protocol writes a list of structures. */
export function memberPairs(
  params: URLSearchParams,
  name: string,
): { Key: string; Value: string }[] {
  const pairs = [];
  for (let at = 1; params.has(`${name}.member.${at}.Key`); at += 1)
    pairs.push({
      Key: params.get(`${name}.member.${at}.Key`) ?? '',
      Value: params.get(`${name}.member.${at}.Value`) ?? '',
    });
  return pairs;
}

/** `Name.member.1`, `Name.member.2`, … */
export function memberList(params: URLSearchParams, name: string): string[] {
  const list = [];
  for (let at = 1; params.has(`${name}.member.${at}`); at += 1)
    list.push(params.get(`${name}.member.${at}`) ?? '');
  return list;
}

/** AWS's time form: whole seconds. */
export const awsTime = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}/, '');

/** Throws AWS's MalformedPolicyDocument, saying what is wrong. */
export function checkDocument(document: string, kind: PolicyKind): void {
  try {
    parsePolicy(document, kind);
  } catch (error) {
    if (!(error instanceof MalformedPolicy)) throw error;
    throw new AwsError(400, 'MalformedPolicyDocument', error.message, { cause: error });
  }
}
