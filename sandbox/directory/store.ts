import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { SandboxPerson } from '../people';

const user = z.object({
  /** The directory's id. */
  id: z.string(),
  chatId: z.string(),
  name: z.string(),
  login: z.string(),
  email: z.string(),
  status: z.enum([
    'ACTIVE',
    'SUSPENDED',
    'LOCKED_OUT',
    'PASSWORD_EXPIRED',
    'RECOVERY',
    'DEPROVISIONED',
  ]),
  groupIds: z.array(z.string()),
  /** Whom they report to: an id or a login. */
  managerId: z.string().optional(),
});
export type User = z.infer<typeof user>;

const group = z.object({
  id: z.string(),
  name: z.string(),
  type: z.enum(['OKTA_GROUP', 'APP_GROUP']),
});
export type Group = z.infer<typeof group>;

const directoryState = z.object({ users: z.array(user), groups: z.array(group) });
type DirectoryState = z.infer<typeof directoryState>;

/** The people and groups of the stand-in, in one file. A change is on disk when the call returns. */
export class DirectoryStore {
  readonly #file: string;
  #state: DirectoryState;

  constructor(folder: string, seed: readonly SandboxPerson[]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#file = path.join(folder, 'directory.json');
    this.#state = existsSync(this.#file)
      ? directoryState.parse(JSON.parse(readFileSync(this.#file, 'utf8')))
      : seeded(seed);
    this.#save();
  }

  users = (): readonly User[] => this.#state.users;
  groups = (): readonly Group[] => this.#state.groups;
  group = (id: string): Group | undefined => this.#state.groups.find((one) => one.id === id);

  /** As Okta finds: by id or by login, whatever its case. */
  user(idOrLogin: string): User | undefined {
    return this.#state.users.find(
      ({ id, login }) => id === idOrLogin || login.toLowerCase() === idOrLogin.toLowerCase(),
    );
  }

  groupsOf = ({ groupIds }: User): Group[] =>
    groupIds.map((id) => this.group(id)).filter((one) => one !== undefined);

  membersOf = ({ id }: Group): User[] =>
    this.#state.users.filter(({ groupIds }) => groupIds.includes(id));

  /** Adds the user, or puts them in the place of the one with this id. */
  putUser(changed: User): User {
    const others = this.#state.users.filter(({ id }) => id !== changed.id);
    this.#state = { ...this.#state, users: [...others, changed] };
    this.#save();
    return changed;
  }

  deleteUser(gone: string): void {
    this.#state = { ...this.#state, users: this.#state.users.filter(({ id }) => id !== gone) };
    this.#save();
  }

  /** The group with this name; made when there is none. */
  ensureGroup(name: string, type: Group['type'] = 'OKTA_GROUP'): Group {
    const known = this.#state.groups.find((one) => one.name === name && one.type === type);
    return known ?? this.putGroup({ id: newId('00g'), name, type });
  }

  putGroup(changed: Group): Group {
    const others = this.#state.groups.filter(({ id }) => id !== changed.id);
    this.#state = { ...this.#state, groups: [...others, changed] };
    this.#save();
    return changed;
  }

  deleteGroup(gone: string): void {
    this.#state = { ...this.#state, groups: this.#state.groups.filter(({ id }) => id !== gone) };
    this.#save();
  }

  /** Written beside and moved: a kill leaves the old file or the new one. */
  #save(): void {
    const draft = openSync(`${this.#file}.new`, 'w', 0o600);
    writeSync(draft, JSON.stringify(this.#state, null, 2));
    fsyncSync(draft);
    closeSync(draft);
    renameSync(`${this.#file}.new`, this.#file);
  }
}

function seeded(seed: readonly SandboxPerson[]): DirectoryState {
  const names = new Set(seed.flatMap(({ groups }) => groups));
  const groups = [...names].map((name) => ({
    id: newId('00g'),
    name,
    type: 'OKTA_GROUP' as const,
  }));
  const users = seed.map((one) => ({
    id: one.directoryId,
    chatId: one.id,
    name: one.name,
    login: one.email,
    email: one.email,
    status: one.active ? ('ACTIVE' as const) : ('DEPROVISIONED' as const),
    groupIds: groups.filter(({ name }) => one.groups.includes(name)).map(({ id }) => id),
  }));
  return { users, groups };
}

/** Twenty letters and digits, as Okta's ids. */
const newId = (prefix: string): string =>
  prefix +
  randomBytes(32)
    .toString('base64')
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .slice(0, 17);
