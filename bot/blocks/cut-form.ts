import type { KnownBlock, ModalView } from '@slack/types';
import type { CutPreview } from '../../access/cut';
import type { CutWhat } from '../../access/statement';
import { FIELDS, FORMS } from '../surface';
import { typed } from './forms';
import { formatted, mention, plain } from './text';

/** What is typed to say that everything is meant. */
export const EVERYTHING = 'everything';

const MOST_NAMED = 25;

/** What would fall, whose and on which roles, before anybody says so; `all` has to be said twice. */
export const cutForm = (about: {
  what: CutWhat;
  preview: CutPreview;
  reason: string;
}): ModalView => ({
  type: 'modal',
  callback_id: FORMS.cut,
  private_metadata: JSON.stringify(about.what),
  title: plain('Revoke many at once', 24),
  submit: plain('Revoke', 24),
  close: plain('Close', 24),
  blocks: [
    { type: 'section', text: whatText(about) },
    ...details(about),
    typed(FIELDS.reason, {
      multiline: true,
      hint: 'Goes on record; every holder reads it.',
      initial: about.reason === '' ? undefined : about.reason,
    }),
    ...(about.what.of === 'all'
      ? [
          typed(FIELDS.sure, {
            placeholder: EVERYTHING,
            hint: `This cuts everybody, on every account. Type ${EVERYTHING} if you mean it.`,
          }),
        ]
      : []),
  ],
});

function whatText({ what, preview }: { what: CutWhat; preview: CutPreview }) {
  const much = [
    ...(preview.grants > 0 ? [`ends ${counted(preview.grants, 'live grant')}`] : []),
    ...(preview.requests > 0 ? [`closes ${counted(preview.requests, 'open request')}`] : []),
  ].join(' and ');
  const ofMachines = preview.machines.reduce((sum, { count }) => sum + count, 0);
  switch (what.of) {
    case 'person':
      return formatted(
        `This ${much} of ${mention(what.person)}${ofMachines === 0 ? '' : ` and of what they answer for: ${ofMachines} of pipelines and agents`}.`,
      );
    case 'role':
      return plain(`This ${much} on ${what.role}.`);
    case 'all':
      return plain(`This ${much}: everything that is there, of everybody.`);
  }
}

function details({ what, preview }: { what: CutWhat; preview: CutPreview }): KnownBlock[] {
  const roles = preview.roles.map(({ role, count }) => `${role} (${count})`);
  const holders = preview.holders.map(mention);
  const machines = preview.machines.map(({ id, count }) => `${id} (${count})`);
  return [
    ...(what.of === 'role'
      ? []
      : [{ type: 'context' as const, elements: [plain(`Roles: ${listed(roles)}`, 2000)] }]),
    ...(machines.length === 0
      ? []
      : [
          {
            type: 'context' as const,
            elements: [plain(`Pipelines and agents: ${listed(machines)}`, 2000)],
          },
        ]),
    ...(what.of === 'person'
      ? []
      : [{ type: 'context' as const, elements: [formatted(`Of: ${listed(holders)}`)] }]),
  ];
}

const listed = (names: readonly string[]): string =>
  [
    ...names.slice(0, MOST_NAMED),
    ...(names.length > MOST_NAMED ? [`and ${names.length - MOST_NAMED} more`] : []),
  ].join(', ');

const counted = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? '' : 's'}`;
