import { durationText } from '../access/duration';
import type { CatalogFile } from './catalog-file';
import { inCatalog } from './catalog-finding';
import { groupIn, strangersIn } from './catalog-groups';
import type { Finding } from './finding';
import { didYouMean } from './nearest';
import type { RouteFile, VariantFile } from './route-file';
import type { Path, YamlFile } from './yaml-file';

/** What routes say, and does not fit. */
export function routeMisfits(file: CatalogFile, yaml: YamlFile): Finding[] {
  const reserved = Object.hasOwn(file.routes, 'auto')
    ? [
        inCatalog(
          yaml,
          'error',
          ['routes', 'auto'],
          'auto means that nobody is asked.',
          'Call this route something else.',
        ),
      ]
    : [];
  return [
    ...Object.entries(file.routes).flatMap(([name, route]) => [
      ...askedMisfits(file, yaml, ['routes', name], route),
      ...(['to', 'else'] as const).flatMap((field) =>
        strangersIn(file, yaml)(
          ['routes', name, 'escalate', field],
          groupIn(route.escalate?.[field]),
        ),
      ),
      ...lateCalls(yaml, name, route),
      ...route.variants.flatMap((variant, index) => {
        const path: Path = ['routes', name, 'variants', index];
        return [
          ...askedMisfits(file, yaml, path, variant),
          ...whenMisfits(file, yaml, [...path, 'when'], variant.when),
        ];
      }),
    ]),
    ...reserved,
  ];
}

/** Whom nobody would call: by then the request has lapsed. */
function lateCalls(yaml: YamlFile, name: string, route: RouteFile): Finding[] {
  const { expire, remind, escalate } = route;
  const calls: [Path, number][] = [
    ...remind.map((seconds, index): [Path, number] => [['remind', index], seconds]),
    ...(escalate ? [[['escalate', 'after'], escalate.after] satisfies [Path, number]] : []),
  ];
  return calls
    .filter(([, seconds]) => seconds >= expire)
    .map(([path, seconds]) =>
      inCatalog(
        yaml,
        'error',
        ['routes', name, ...path],
        `${secondsText(seconds)} is too late: a request on this route lapses after ${secondsText(expire)}.`,
        'Give less than that, or a longer expire.',
      ),
    );
}

const secondsText = (seconds: number): string =>
  seconds % 60 === 0 ? durationText(seconds / 60) : `${seconds} s`;

/** Does any part of the route ask the owners? */
export const asksOwners = (route: RouteFile): boolean =>
  [route, ...route.variants].some((part) =>
    seatsIn(part, []).some((seat) => seat.from === 'owners' || seat.else === 'owners'),
  );

type Asked = Pick<VariantFile, 'seats' | 'stages' | 'auto'>;

function askedMisfits(file: CatalogFile, yaml: YamlFile, path: Path, asked: Asked): Finding[] {
  const said = (['seats', 'stages', 'auto'] as const).filter((one) => asked[one] !== undefined);
  const isVariant = path.includes('variants');
  const error = (at: Path, problem: string, fix: string) =>
    inCatalog(yaml, 'error', at, problem, fix);
  const found: Finding[] = [];
  if (said.length === 0)
    found.push(
      error(
        path,
        'Nothing says who is asked.',
        `Add seats: [{ from: owners }], or stages${isVariant ? ', or auto: true' : ''}.`,
      ),
    );
  if (said.length > 1)
    found.push(
      error(
        [...path, said[1] ?? ''],
        `${said.join(' and ')} cannot stand together.`,
        `Keep one of them.`,
      ),
    );
  return [
    ...found,
    ...seatsIn(asked, path).flatMap((seat) => [
      ...strangersIn(file, yaml)([...seat.path, 'from'], groupIn(seat.from)),
      ...strangersIn(file, yaml)([...seat.path, 'else'], groupIn(seat.else)),
      ...(seat.else === undefined || seat.from === 'manager'
        ? []
        : [
            error(
              [...seat.path, 'else'],
              `Of ${seat.from} there is always somebody to ask, or nobody: only a manager can be missing.`,
              'Remove else, or write from: manager.',
            ),
          ]),
    ]),
  ];
}

type SeatFile = NonNullable<Asked['seats']>[number];

const seatsIn = ({ seats, stages }: Asked, path: Path): (SeatFile & { path: Path })[] => [
  ...(seats ?? []).map((seat, index) => ({ ...seat, path: [...path, 'seats', index] })),
  ...(stages ?? []).flatMap((stage, nth) =>
    stage.seats.map((seat, index) => ({
      ...seat,
      path: [...path, 'stages', nth, 'seats', index],
    })),
  ),
];

function whenMisfits(
  file: CatalogFile,
  yaml: YamlFile,
  path: Path,
  when: VariantFile['when'],
): Finding[] {
  const error = (at: Path, problem: string, fix: string) =>
    inCatalog(yaml, 'error', at, problem, fix);
  const unknown = (field: 'account' | 'env', known: readonly string[]): Finding[] =>
    (when[field] ?? []).flatMap((name, index) =>
      known.includes(name)
        ? []
        : [
            error(
              [...path, field, index],
              `No account ${field === 'env' ? 'has the env' : 'is called'} ${name}.`,
              `Use one of ${known.join(', ')}.${didYouMean(name, known)}`,
            ),
          ],
    );
  const found = [
    ...strangersIn(file, yaml)([...path, 'requesterIn'], when.requesterIn),
    ...unknown('account', Object.keys(file.accounts)),
    ...unknown('env', [...new Set(Object.values(file.accounts).map(({ env }) => env))]),
  ];
  if (Object.keys(when).length === 0)
    found.push(
      error(
        path,
        'This would count for every request.',
        'Say for which, such as env: [prod], or change the route itself.',
      ),
    );
  const { longerThan, upTo } = when;
  if (longerThan !== undefined && upTo !== undefined && upTo <= longerThan)
    found.push(
      error(
        [...path, 'upTo'],
        `Nothing is longer than ${durationText(longerThan)} and at most ${durationText(upTo)}.`,
        'Raise upTo, or make two variants of it.',
      ),
    );
  return found;
}
