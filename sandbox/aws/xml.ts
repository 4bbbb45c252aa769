/** What an XML answer holds. Undefined is left out; a list becomes repeated elements called `of`. */
export type XmlValue =
  | string
  | number
  | boolean
  | undefined
  | { of: string; items: readonly XmlValue[] }
  | XmlFields;

/** Elements by name, in their order. */
export interface XmlFields {
  [name: string]: XmlValue;
}

/** The query protocol's lists: `<member>` each. */
export const members = (items: readonly XmlValue[]): XmlValue => ({ of: 'member', items });

/** One element with its content; `namespace` only at the root. */
export function xmlElement(name: string, value: XmlValue, namespace?: string): string {
  if (value === undefined) return '';
  const attribute = namespace === undefined ? '' : ` xmlns="${namespace}"`;
  return `<${name}${attribute}>${content(value)}</${name}>`;
}

function content(value: Exclude<XmlValue, undefined>): string {
  if (typeof value !== 'object') return escaped(String(value));
  if (isList(value)) return value.items.map((item) => xmlElement(value.of, item)).join('');
  return Object.entries(value)
    .map(([name, field]) => xmlElement(name, field))
    .join('');
}

const isList = (
  value: XmlFields | { of: string; items: readonly XmlValue[] },
): value is { of: string; items: readonly XmlValue[] } => Array.isArray(value.items);

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
