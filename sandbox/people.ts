/** The company of the stand-ins: the chat and the directory both start from it. */
export interface SandboxPerson {
  /** The chat's id. */
  id: string;
  /** The directory's id. */
  directoryId: string;
  name: string;
  email: string;
  groups: string[];
  active: boolean;
}

export const PEOPLE: readonly SandboxPerson[] = [
  {
    id: 'U0ADA00001',
    directoryId: '00uada00000000000001',
    name: 'Ada Engel',
    email: 'ada@curfew.example',
    groups: ['engineers'],
    active: true,
  },
  {
    id: 'U0BEN00002',
    directoryId: '00uben00000000000002',
    name: 'Ben Okafor',
    email: 'ben@curfew.example',
    groups: ['engineers'],
    active: true,
  },
  {
    id: 'U0CARLA003',
    directoryId: '00ucarla000000000003',
    name: 'Carla Rossi',
    email: 'carla@curfew.example',
    groups: ['payments-owners'],
    active: true,
  },
  {
    id: 'U0DENIZ004',
    directoryId: '00udeniz000000000004',
    name: 'Deniz Kaya',
    email: 'deniz@curfew.example',
    groups: ['security'],
    active: true,
  },
  {
    id: 'U0EMIL0005',
    directoryId: '00uemil0000000000005',
    name: 'Emil Novak',
    email: 'emil@curfew.example',
    groups: ['engineers', 'sre-oncall'],
    active: true,
  },
  {
    id: 'U0FAY00006',
    directoryId: '00ufay00000000000006',
    name: 'Fay Lund',
    email: 'fay@curfew.example',
    groups: ['engineers'],
    active: false,
  },
  {
    id: 'U0GUS00007',
    directoryId: '00ugus00000000000007',
    name: 'Gus Weber',
    email: 'gus@curfew.example',
    groups: ['engineers', 'payments-owners'],
    active: true,
  },
];

/** Channels of the stand-in workspace. */
export const CHANNELS = [
  'general',
  'access-requests',
  'access-prod',
  'oncall',
  'security',
] as const;

export const WORKSPACE = {
  id: 'T0CURFEW01',
  name: 'Curfew Sandbox',
  domain: 'curfew-sandbox',
} as const;
