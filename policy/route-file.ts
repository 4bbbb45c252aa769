import { z } from 'zod';
import { duration, groupName, patience, shortName } from './catalog-words';

const seat = z.strictObject({
  from: z
    .string()
    .regex(
      /^(owners|manager|group:.+)$/,
      'manager, owners, or group: and a name, such as group:security',
    )
    .meta({ description: '`owners` of the role, `manager` of the requester, or `group:<name>`.' }),
  else: z
    .string()
    .regex(/^(owners|group:.+)$/, 'owners, or group: and a name, such as group:security')
    .optional()
    .meta({
      description:
        'Of a manager: whose the seat is while the directory knows no manager, or theirs is inactive or the requester.',
    }),
});

const seats = z.array(seat).min(1).max(10);

/** Who must say yes: seats, or stages of seats. One of the two; catalog-routes.ts says so. */
const asked = {
  seats: seats.optional().meta({
    description: 'Who must say yes: each seat is filled by a different person.',
  }),
  stages: z.array(z.strictObject({ seats })).min(1).max(5).optional().meta({
    description:
      'Instead of seats: one after the other. Whoever sits in a later stage is asked when the earlier one is full.',
  }),
};

/** What must hold of a request, all of it. */
const when = z.strictObject({
  requesterIn: z.array(groupName).min(1).optional().meta({
    description: 'The requester is in one of these groups.',
  }),
  account: z.array(shortName).min(1).optional().meta({
    description: 'The role is in one of these accounts.',
  }),
  env: z.array(shortName).min(1).optional().meta({
    description: 'The account of the role has one of these.',
  }),
  risk: z
    .array(z.enum(['low', 'medium', 'high']))
    .min(1)
    .optional()
    .meta({
      description: 'The role has one of these.',
    }),
  longerThan: duration.optional().meta({ description: 'More is asked for than this.' }),
  upTo: duration.optional().meta({ description: 'At most this is asked for.' }),
  onCall: z.boolean().optional().meta({
    description: 'Whether the requester is on call; unknown is neither.',
  }),
});

const variant = z.strictObject({
  when,
  ...asked,
  auto: z.literal(true).optional().meta({
    description:
      'Instead of seats: nobody is asked, when a policy permits AutoApprove; else the seats of the route are.',
  }),
});

const escalate = z.strictObject({
  after: patience,
  to: z
    .string()
    .regex(
      /^((group|schedule):\s*\S.*|#[^\s#A-Z]{1,80}|[CG][A-Z0-9]{8,})$/,
      'a channel, "#name" in quotes or its id, or group: or schedule: and a name',
    )
    .meta({
      description:
        'A channel, or `group:<name>`, or `schedule:<name or id>`: its members, or who is on it by then, are named beside the card. They are told; who may approve stays the same.',
    }),
  else: z
    .string()
    .regex(
      /^(group:\s*\S.*|#[^\s#A-Z]{1,80}|[CG][A-Z0-9]{8,})$/,
      'a channel, "#name" in quotes or its id, or group: and a name',
    )
    .optional()
    .meta({
      description:
        'Told instead, where nobody of the group or schedule can be named; the channel of alarms when this is left out.',
    }),
  page: z.boolean().default(false).meta({ description: 'Page on-call, besides the message.' }),
});

/** A route: who must say yes, and who is told while nobody does. */
export const route = z.strictObject({
  ...asked,
  variants: z.array(variant).max(20).default([]).meta({
    description:
      'Other seats for some requests. Of those that fit, the most demanding counts: most seats, then most stages, then the first. A fact that nobody can tell chooses the stricter.',
  }),
  expire: patience.default(1800).meta({
    description: 'How long a request waits for its reviewers (30m).',
  }),
  remind: z
    .array(patience)
    .max(10)
    .refine((steps) => new Set(steps).size === steps.length, 'each time once')
    .default([])
    .meta({
      description: 'When those who may still answer are reminded, after it was asked: [5m, 15m].',
    }),
  escalate: escalate
    .optional()
    .meta({ description: 'Who else is told, once, when it is not decided by then.' }),
});
export type RouteFile = z.infer<typeof route>;
export type VariantFile = z.infer<typeof variant>;
