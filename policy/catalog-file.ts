import { z } from 'zod';
import { STEP_UP_ACTS } from '../access/catalog';
import { duration, groupName, patience, shortName } from './catalog-words';
import { route } from './route-file';
import { workload } from './workloads-file';

const channel = z
  .string()
  .regex(/^(#[^\s#A-Z]{1,80}|[CG][A-Z0-9]{8,})$/, 'a channel, "#name" in quotes or its id')
  .meta({ description: 'A channel: its name with # (in quotes), or its id.' });

const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'an AWS region, such as eu-central-1');

const regions = z
  .array(region)
  .min(1)
  .max(20)
  .refine((list) => new Set(list).size === list.length, 'each Region once')
  .optional();

const whoever = z
  .string()
  .regex(/^(owners|group:.+)$/, 'owners, or group: and a name, such as group:security')
  .meta({ description: '`owners` of the role, or `group:<name>`.' });

const account = z.strictObject({
  id: z.string().regex(/^\d{12}$/, 'twelve digits in quotes, such as "111111111111"'),
  env: shortName.meta({ description: 'What the policies call Curfew::Env::"…".' }),
  owners: z.array(groupName).default([]),
  region: region.optional().meta({ description: 'Of its roles that name none.' }),
  regions: regions.meta({
    description:
      'Every Region in use, region among them: where an end must be seen. Of its roles that name none.',
  }),
});

/** What a role's `breakGlass` says; without it, a role is not to be had that way. */
const breakGlass = z.strictObject({
  max: duration,
  review: patience.default(86_400).meta({
    description: 'When the review is due, after the grant began (24h).',
  }),
  reviewers: whoever.default('owners').meta({
    description:
      'Who must review it: `owners` of the role, or `group:<name>`. Never the requester.',
  }),
  page: z.boolean().default(false).meta({
    description: 'Page on-call, besides the messages.',
  }),
  directoryDown: duration.optional().meta({
    description:
      'How old facts on record may be that stand in for a directory that is down. Absent: none do.',
  }),
});

/** What a role's `stepUp` says; without it, a press in Slack is enough. */
const stepUp = z.strictObject({
  before: z
    .array(z.enum(STEP_UP_ACTS))
    .min(1)
    .refine((list) => new Set(list).size === list.length, 'each once')
    .default(['approve'])
    .meta({
      description:
        'Before what: `approve`, `connect` (a terminal, by whoever holds the role), `breakGlass` (by whoever asks).',
    }),
  maxAge: patience.default(300).meta({
    description: 'How long before it the sign-in may be (5m).',
  }),
  acr: z
    .array(z.string().regex(/^\S{1,255}$/, "one of the issuer's words, such as phr"))
    .max(10)
    .default([])
    .meta({ description: "How it must be done, in the issuer's words; any of these will do." }),
});

const scope = z.strictObject({
  name: shortName.meta({ description: 'What reviewers choose, and the requester reads.' }),
  actions: z
    .array(z.string().regex(/^(\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$/, 'an action, such as s3:Get*'))
    .min(1)
    .default(['*']),
  resources: z
    .array(z.string().regex(/^(\*|arn:[^\s"\\]+)$/, 'an ARN, such as arn:aws:s3:::shop-logs/*'))
    .min(1)
    .default(['*']),
});

export const ROLE_ARN = /^arn:aws(?:-cn|-us-gov)?:iam::\d{12}:role\/jit\/target\/[\w+=,.@-]{1,64}$/;
export const ROLE_ARN_EXAMPLE = 'arn:aws:iam::111111111111:role/jit/target/name';
export const PERMISSION_SET_ARN =
  /^arn:aws(?:-cn|-us-gov)?:sso:::permissionSet\/(?:sso)?ins-[A-Za-z0-9.-]{16}\/ps-[A-Za-z0-9./-]{16}$/;
export const PERMISSION_SET_ARN_EXAMPLE =
  'arn:aws:sso:::permissionSet/ssoins-1111111111111111/ps-2222222222222222';

const identityCenter = z
  .strictObject({
    instance: z
      .string()
      .regex(
        /^arn:aws(-cn|-us-gov)?:sso:::instance\/(sso)?ins-[A-Za-z0-9.-]{16}$/,
        'the ARN of an instance, such as arn:aws:sso:::instance/ssoins-1111111111111111',
      ),
    store: z
      .string()
      .regex(
        /^(d-[0-9a-f]{10}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/,
        'an identity store, such as d-1234567890',
      ),
    region: region.meta({ description: 'Where Identity Center was set up.' }),
    portal: z
      .string()
      .regex(
        /^https:\/\/[^\s/]+(\/\S*)?$/,
        'a web address, such as https://example.awsapps.com/start',
      )
      .meta({ description: 'Where people sign in.' }),
    role: z
      .string()
      .regex(
        /^arn:aws(-cn|-us-gov)?:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/,
        'the ARN of a role, such as arn:aws:iam::000000000000:role/jit/curfew-identity-center',
      )
      .meta({ description: 'That Curfew becomes, in the management or delegated account.' }),
    issuer: z.string().min(1).max(100).optional().meta({
      description: 'Of the external ids that SCIM wrote, when they are to be looked up directly.',
    }),
  })
  .meta({ description: 'AWS IAM Identity Center, for roles that are permission sets.' });

const role = z.strictObject({
  title: z.string().trim().min(1).max(75).optional().meta({ description: 'What people see (75).' }),
  account: z.string().meta({ description: 'One of `accounts`.' }),
  mechanism: z.enum(['role-session', 'permission-set', 'group']).default('role-session').meta({
    description: 'Sessions of a role; a permission set assigned to the person; a group joined.',
  }),
  arn: z
    .string()
    .regex(
      new RegExp(`${ROLE_ARN.source}|${PERMISSION_SET_ARN.source}`),
      `the ARN of a role under /jit/target/, such as ${ROLE_ARN_EXAMPLE}, or of a permission set`,
    )
    .optional()
    .meta({ description: 'Of a role session: the role, under /jit/target/. Of a permission set.' }),
  group: groupName.optional().meta({
    description:
      'Of a group: its name in the directory. Not among `groups`: what is handed out gives no say.',
  }),
  survives: duration.optional().meta({
    description:
      'Of a group: how long sessions that it opened live on after the membership went. Shown to people.',
  }),
  region: region.optional(),
  regions: regions.meta({ description: 'Every Region in use, region among them.' }),
  max: duration,
  default: duration.optional().meta({ description: '1h, or max when that is shorter.' }),
  risk: z.enum(['low', 'medium', 'high']),
  owners: z.array(groupName).optional().meta({ description: "Instead of the account's owners." }),
  channel: channel
    .optional()
    .meta({ description: 'Where its cards go, instead of channels.cards.' }),
  route: z.string().meta({
    description: 'One of `routes`, or `auto`: nobody is asked when a policy permits AutoApprove.',
  }),
  ticket: z.enum(['required', 'optional']).default('optional'),
  schedule: z.string().trim().min(1).max(255).optional().meta({
    description: 'By name or id: who is on it, and nobody else, is on call for this role.',
  }),
  scopes: z.array(scope).min(1).max(9).optional().meta({
    description:
      'Of a role session: what a reviewer may approve instead of all of it. From the widest to the narrowest, each within the one before.',
  }),
  stepUp: stepUp.optional().meta({
    description: 'Whoever does it signs in at the directory for that very act.',
  }),
  breakGlass: breakGlass.optional().meta({
    description: 'In an emergency: at once when a policy permits BreakGlass, reviewed afterwards.',
  }),
  workloads: z.strictObject({ max: duration }).optional().meta({
    description: 'For pipelines and agents, which a policy permits: never longer than max.',
  }),
});

const day = z
  .string()
  .refine(isDay, 'a day, such as 2026-12-24')
  .meta({ examples: ['2026-12-24'] });

const dayOrTime = z
  .string()
  .refine((text) => {
    const [date = '', time] = text.split(/[T ]/);
    return isDay(date) && (time === undefined || CLOCK_TIME.test(time));
  }, 'a day or a time, such as 2026-12-24, 2026-12-24 18:00 or 2026-12-24T17:00:00Z')
  .meta({
    description:
      'In the timezone of this file, unless it ends with Z or an offset. A day is whole.',
    examples: ['2026-12-24', '2026-12-24 18:00'],
  });

const CLOCK_TIME = /^([01]\d|2[0-3]):[0-5]\d((:[0-5]\d)?(Z|[+-]\d\d:\d\d))?$/i;

function isDay(text: string): boolean {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00Z`) : NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

const freeze = z.strictObject({
  name: shortName.meta({ description: 'What policies and people call it.' }),
  from: dayOrTime,
  until: dayOrTime,
  envs: z.array(shortName).min(1).optional().meta({ description: 'Only roles of these.' }),
  accounts: z.array(shortName).min(1).optional().meta({ description: 'Only roles in these.' }),
  roles: z.array(shortName).min(1).optional().meta({ description: 'Only these.' }),
});

/** `curfew.yaml`, as it is written. What one part says of another is checked in catalog-check.ts. */
export const catalogFile = z
  .strictObject({
    timezone: z
      .string()
      .refine(isTimezone, 'a timezone, such as Europe/Berlin')
      .meta({ description: 'Weekday and hour of the policies are meant here.' }),
    channels: z.strictObject({
      cards: channel.meta({
        description: 'Where requests are shown, unless the role says otherwise.',
      }),
      alarms: channel.meta({ description: 'Where people look who must act at once.' }),
      security: channel.optional().meta({
        description: 'Where break-glass is told of and reviewed, instead of channels.alarms.',
      }),
    }),
    groups: z
      .array(groupName)
      .meta({ description: 'Every directory group that this file or a policy names.' }),
    groupIds: z
      .record(
        groupName,
        z
          .string()
          .regex(/^[A-Za-z0-9-]{1,64}$/, "the directory's own id, such as 00g1emaKYZTWRYYRRTSK")
          .meta({ description: "The directory's own id of the group." }),
      )
      .default({})
      .meta({
        description:
          'Group as rules name it → its id in the directory. Then that group has the say, whatever it or another is called there.',
      }),
    onCall: z.array(groupName).default([]).meta({
      description:
        'Who is on call: groups whose members are, when the directory does not say it itself, and schedule:<name or id>.',
    }),
    breakGlass: z
      .strictObject({
        atOnce: z.int().min(1).max(1000).default(3).meta({
          description: 'How many break-glass grants may be live at once, in the whole company (3).',
        }),
      })
      .prefault({}),
    drift: z
      .strictObject({
        deadline: patience.default(4 * 3_600).meta({
          description:
            'How long whoever answers for a role may say something about access that nobody asked for; then it is removed (4h).',
        }),
        removalsPerRun: z.int().min(0).max(100).default(5).meta({
          description: 'Found together in more than this number, none is removed by itself (5).',
        }),
        channel: channel.optional().meta({
          description: 'Where it is shown, instead of the channel of its role.',
        }),
      })
      .prefault({}),
    delegation: z
      .strictObject({
        allowed: z.boolean().default(true).meta({
          description:
            'May reviewers say in Slack who answers for them while they are away (true)? False also ends what was said.',
        }),
        longest: duration.default(43_200).meta({
          description: 'For how long at most (30d).',
        }),
      })
      .prefault({}),
    link: z.enum(['email', 'sign-in', 'mapping']).default('email').meta({
      description:
        'How a Slack account is linked to a person, once: by its confirmed address; by a sign-in at the directory, and the address; only by `people`.',
    }),
    people: z
      .record(
        z.string().regex(/^[UW][A-Z0-9]{2,20}$/),
        z
          .string()
          .trim()
          .min(1)
          .max(100)
          .meta({ description: "The directory's id of the person." }),
      )
      .default({})
      .meta({
        description: "Slack user id → the directory's id, before anything that `link` says.",
      }),
    revocations: z
      .strictObject({
        perPerson: z.int().min(1).max(500).default(20).meta({
          description:
            "How many grants of one person a role's revocation list may hold before that person is refused another (20).",
        }),
      })
      .prefault({}),
    holidays: z.array(day).default([]).meta({
      description: 'What policies call context.holiday, in the timezone of this file.',
    }),
    freezes: z.array(freeze).default([]).meta({
      description:
        'Times that policies know as context.inFreeze. What is not given in one, policies say.',
    }),
    routes: z.record(shortName, route).default({}),
    identityCenter: identityCenter.optional(),
    workloads: z.record(shortName, workload).default({}).meta({
      description: 'Pipelines and agents: whom their tokens must prove them to be.',
    }),
    accounts: z.record(shortName, account),
    roles: z.record(shortName, role),
  })
  .meta({ title: 'curfew.yaml', description: 'What can be asked for, and who must say yes.' });
export type CatalogFile = z.infer<typeof catalogFile>;

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** For editors: the file as it is written, before durations become numbers. */
export const catalogJsonSchema = (): object => z.toJSONSchema(catalogFile, { io: 'input' });

/** The schedule of `schedule:<name or id>`; undefined for anything else. */
export const scheduleIn = (onCall: string): string | undefined =>
  onCall.startsWith('schedule:') ? onCall.slice('schedule:'.length).trim() : undefined;
