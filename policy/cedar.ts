// The one module that loads Cedar; the flag has to be set before it.
import './v8-flag';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import type {
  CedarValueJson,
  DetailedError,
  EntityJson,
  PolicyJson,
  TypeAndId,
} from '@cedar-policy/cedar-wasm/nodejs';
import { CEDAR_SCHEMA, type Action } from './cedar-schema';

export type { CedarValueJson, EntityJson, PolicyJson, TypeAndId };

/** One complaint of the engine; offsets are in bytes of the text it was given. */
export interface Complaint {
  policyId?: string;
  message: string;
  help: string | undefined;
  startByte: number | undefined;
  severity: 'error' | 'warning';
}

/** One question to the rules. `entities` is the closure of what it names, never the directory. */
export interface Call {
  principal: TypeAndId;
  action: Action;
  resource: TypeAndId;
  context: Record<string, CedarValueJson>;
  entities: EntityJson[];
}

/** What the engine said. `fault` is a no: it could not answer, or one of the policies failed. */
export type Answer =
  | { kind: 'allow' | 'deny'; policies: string[] }
  | { kind: 'fault'; policies: string[]; messages: string[] };

export const uid = (type: string, id: string): TypeAndId => ({ type: `Curfew::${type}`, id });
export const reference = (type: string, id: string): CedarValueJson => ({
  __entity: uid(type, id),
});

/** The single policies of a file, in its own words, in the order of the file. */
export function splitPolicies(text: string): { texts: string[] } | { complaints: Complaint[] } {
  const parts = cedar.policySetTextToParts(text);
  if (parts.type === 'failure') return { complaints: parts.errors.map(complaint) };
  const texts = [...parts.policies, ...parts.policy_templates];
  return { texts: texts.toSorted((one, other) => text.indexOf(one) - text.indexOf(other)) };
}

/** The same policy as data. A template (`?principal`) has none. */
export function policyAsData(text: string): PolicyJson | undefined {
  const answer = cedar.policyToJson(text);
  return answer.type === 'success' ? answer.json : undefined;
}

/** Everything the type checker says about these policies, by id. */
export function complaintsAbout(policies: Record<string, string>): Complaint[] {
  const answer = cedar.validate({
    schema: CEDAR_SCHEMA,
    policies: { staticPolicies: policies },
    validationSettings: { mode: 'strict' },
  });
  if (answer.type === 'failure') return answer.errors.map(complaint);
  return [
    ...answer.validationErrors.map((one) => about(one, 'error')),
    ...answer.validationWarnings.map((one) => about(one, 'warning')),
  ];
}

/** A set of policies, ready to be asked. Fails closed: whatever is not a clean answer is a fault. */
export function policySet(policies: Record<string, string | PolicyJson>): {
  ask(call: Call): Answer;
} {
  const set = { policies };
  return {
    ask(call) {
      try {
        return ask(set, call);
      } catch (error) {
        return { kind: 'fault', policies: [], messages: [String(error)] };
      }
    },
  };
}

// The engine keeps what it parsed by name and for ever (100 names held 35 MB), so there are only
// these few names, taken in turn: two bundles of three sets each can be asked without parsing again.
const SCHEMA_NAME = 'curfew';
const SLOTS = 6;
const slots: object[] = [];
let turn = 0;
let schemaIsParsed = false;

function ask(set: { policies: Record<string, string | PolicyJson> }, call: Call): Answer {
  const answer = cedar.statefulIsAuthorized({
    principal: call.principal,
    action: uid('Action', call.action),
    resource: call.resource,
    context: call.context,
    entities: call.entities,
    preparsedPolicySetId: slotOf(set),
    preparsedSchemaName: SCHEMA_NAME,
    validateRequest: true,
  });
  if (answer.type === 'failure')
    return { kind: 'fault', policies: [], messages: answer.errors.map(({ message }) => message) };
  const { decision, diagnostics } = answer.response;
  // Cedar skips a policy that fails, a forbid too: then "allow" means nothing.
  if (diagnostics.errors.length > 0)
    return {
      kind: 'fault',
      policies: diagnostics.errors.map(({ policyId }) => policyId),
      messages: diagnostics.errors.map(({ error }) => error.message),
    };
  return { kind: decision, policies: diagnostics.reason.toSorted() };
}

function slotOf(set: { policies: Record<string, string | PolicyJson> }): string {
  parseSchemaOnce();
  const index = slots.indexOf(set);
  if (index >= 0) return `curfew-${index}`;
  const mine = turn++ % SLOTS;
  const name = `curfew-${mine}`;
  const parsed = cedar.preparsePolicySet(name, { staticPolicies: set.policies });
  if (parsed.type === 'failure')
    throw new Error(parsed.errors.map(({ message }) => message).join());
  slots[mine] = set;
  return name;
}

function parseSchemaOnce(): void {
  if (schemaIsParsed) return;
  const parsed = cedar.preparseSchema(SCHEMA_NAME, CEDAR_SCHEMA);
  if (parsed.type === 'failure')
    throw new Error(parsed.errors.map(({ message }) => message).join());
  schemaIsParsed = true;
}

const complaint = (error: DetailedError): Complaint => ({
  message: [error.message, ...(error.sourceLocations ?? []).map(({ label }) => label ?? '')]
    .filter(Boolean)
    .join(': '),
  help: error.help ?? undefined,
  startByte: error.sourceLocations?.[0]?.start,
  severity: 'error',
});

const about = (
  found: { policyId: string; error: DetailedError },
  severity: Complaint['severity'],
): Complaint => ({ ...complaint(found.error), policyId: found.policyId, severity });
