import type { CatalogRole } from '../access/catalog';
import type { PolicyJson } from './cedar';
import { ACTIONS, type Action } from './cedar-schema';

/** The actions that a policy's scope names. */
export const actionsOf = ({ action }: PolicyJson): readonly Action[] => {
  switch (action.op) {
    case 'All':
      return ACTIONS;
    case '==':
      return ACTIONS.filter((name) => 'entity' in action && idOf(action.entity) === name);
    case 'in': {
      const named = 'entities' in action ? action.entities : [action.entity];
      return ACTIONS.filter((name) => named.some((entity) => idOf(entity) === name));
    }
  }
};

/** Can the policy's scope mean this role? Its conditions are another matter. */
export const mayMeanRole = ({ resource }: PolicyJson, role: CatalogRole): boolean => {
  switch (resource.op) {
    case 'All':
      return true;
    case '==':
      return 'entity' in resource && isRole(resource.entity, role);
    case 'in':
      return 'entity' in resource && isWithin(resource.entity, role);
    case 'is':
      return (
        resource.entity_type === 'Curfew::Role' &&
        (!resource.in || !('entity' in resource.in) || isWithin(resource.in.entity, role))
      );
  }
};

/** The group that the principal must be in by the policy's scope; undefined when it names none. */
export function groupOf({ principal }: PolicyJson): string | undefined {
  const within = principal.op === 'is' ? principal.in : principal;
  if (!within || !('entity' in within)) return undefined;
  return typeOf(within.entity) === 'Curfew::Group' ? idOf(within.entity) : undefined;
}

/** Can the policy's scope mean somebody who is in these groups, or may it be anybody? */
export const mayMeanMember = (json: PolicyJson, groups: readonly string[]): boolean => {
  const group = groupOf(json);
  return group === undefined || groups.includes(group);
};

type EntityName = { type: string; id: string } | { __entity: { type: string; id: string } };

const nameOf = (entity: EntityName) => ('__entity' in entity ? entity.__entity : entity);
export const idOf = (entity: EntityName): string => nameOf(entity).id;
export const typeOf = (entity: EntityName): string => nameOf(entity).type;

const isRole = (entity: EntityName, { id }: CatalogRole): boolean =>
  typeOf(entity) === 'Curfew::Role' && idOf(entity) === id;

const isWithin = (entity: EntityName, role: CatalogRole): boolean =>
  isRole(entity, role) ||
  (typeOf(entity) === 'Curfew::Account' && idOf(entity) === role.account.name);
