import { randomBytes, randomUUID } from 'node:crypto';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { z } from 'zod';
import type { AccountStore } from './account-store';
import {
  assignmentRow,
  groupRow,
  operationRow,
  permissionSetRow,
  provisionedRow,
  userRow,
  type Assignment,
  type CenterGroup,
  type CenterOperation,
  type CenterSeed,
  type CenterUser,
  type Group,
  type PermissionSet,
} from './center-rows';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS centerSets (
    arn TEXT PRIMARY KEY, name TEXT NOT NULL, sessionDuration TEXT NOT NULL, access TEXT NOT NULL,
    inline TEXT NOT NULL, version INTEGER NOT NULL, createdAt INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS centerUsers (
    userId TEXT PRIMARY KEY, userName TEXT NOT NULL, displayName TEXT NOT NULL, emails TEXT NOT NULL,
    externalIds TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS centerDisabled (userId TEXT PRIMARY KEY) STRICT;
  CREATE TABLE IF NOT EXISTS centerGroups (groupId TEXT PRIMARY KEY, members TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS centerGroupNames (groupId TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS centerAssignments (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, accountId TEXT NOT NULL, setArn TEXT NOT NULL, principalType TEXT NOT NULL,
    principalId TEXT NOT NULL, UNIQUE (accountId, setArn, principalType, principalId)) STRICT;
  CREATE TABLE IF NOT EXISTS centerProvisioned (
    accountId TEXT NOT NULL, setArn TEXT NOT NULL, roleArn TEXT NOT NULL, version INTEGER NOT NULL,
    PRIMARY KEY (accountId, setArn)) STRICT;
  CREATE TABLE IF NOT EXISTS centerOperations (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, requestId TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, accountId TEXT NOT NULL,
    setArn TEXT NOT NULL, principalType TEXT, principalId TEXT, createdAt INTEGER NOT NULL, readyAt INTEGER NOT NULL,
    status TEXT NOT NULL, failure TEXT) STRICT;
  CREATE TABLE IF NOT EXISTS portalSessions (accessKeyId TEXT PRIMARY KEY, userId TEXT NOT NULL) STRICT;
`;

const USERS = `SELECT *, EXISTS (SELECT 1 FROM centerDisabled WHERE centerDisabled.userId = centerUsers.userId) AS disabled
  FROM centerUsers`;

/** What an operation is about. */
type Order = Pick<CenterOperation, 'kind' | 'accountId' | 'setArn'> & {
  principal?: Pick<Assignment, 'principalType' | 'principalId'>;
};

/** IAM Identity Center in the same file as the accounts: operations take the propagation delay, and then have their effect. */
export class CenterStore {
  readonly #db: DatabaseSync;
  readonly #accounts: AccountStore;

  constructor(db: DatabaseSync, accounts: AccountStore) {
    this.#db = db;
    this.#accounts = accounts;
    db.exec(SCHEMA);
  }

  /** Brings sets and people up to date; inline policies and assignments stay. */
  put(seed: CenterSeed, at: number): void {
    for (const { arn, name, sessionDuration, access, inline } of seed.permissionSets)
      this.#run(
        `INSERT INTO centerSets VALUES (?, ?, ?, ?, ?, 1, ?) ON CONFLICT (arn) DO UPDATE SET
           name = excluded.name, sessionDuration = excluded.sessionDuration, access = excluded.access`,
        arn,
        name,
        sessionDuration,
        JSON.stringify(access),
        inline === undefined ? '' : JSON.stringify(inline),
        at,
      );
    for (const user of seed.users) this.putUser(user);
    for (const group of seed.groups ?? []) this.putGroup(group);
  }

  putGroup({ groupId, name, members }: CenterGroup): void {
    this.#run(
      'INSERT OR REPLACE INTO centerGroups VALUES (?, ?)',
      groupId,
      JSON.stringify(members),
    );
    if (name !== undefined)
      this.#run('INSERT OR REPLACE INTO centerGroupNames VALUES (?, ?)', groupId, name);
  }

  groups(): Group[] {
    return this.#all(
      'SELECT groupId, name, members FROM centerGroups LEFT JOIN centerGroupNames USING (groupId) ORDER BY groupId',
      groupRow,
    );
  }

  putUser({ userId, userName, displayName, emails, externalIds, disabled }: CenterUser): void {
    this.#run('DELETE FROM centerDisabled WHERE userId = ?', userId);
    if (disabled === true) this.#run('INSERT INTO centerDisabled VALUES (?)', userId);
    this.#run(
      'INSERT OR REPLACE INTO centerUsers VALUES (?, ?, ?, ?, ?)',
      userId,
      userName,
      displayName,
      JSON.stringify(emails),
      JSON.stringify(externalIds),
    );
  }

  /** What was assigned to them stays listed. */
  deleteUser(userId: string): void {
    this.#run('DELETE FROM centerUsers WHERE userId = ?', userId);
  }

  users(): CenterUser[] {
    return this.#all(`${USERS} ORDER BY userId`, userRow);
  }

  user(userId: string): CenterUser | undefined {
    return this.#all(`${USERS} WHERE userId = ?`, userRow, userId)[0];
  }

  groupsOf(userId: string): string[] {
    return this.groups().flatMap(({ groupId, members }) =>
      members.includes(userId) ? [groupId] : [],
    );
  }

  sets(): PermissionSet[] {
    return this.#all('SELECT * FROM centerSets ORDER BY arn', permissionSetRow);
  }

  set(arn: string): PermissionSet | undefined {
    return this.#all('SELECT * FROM centerSets WHERE arn = ?', permissionSetRow, arn)[0];
  }

  /** In force in an account only when it is provisioned there. */
  writeInline(arn: string, inline: string): void {
    this.#run('UPDATE centerSets SET inline = ?, version = version + 1 WHERE arn = ?', inline, arn);
  }

  assignments(): Assignment[] {
    return this.#all('SELECT * FROM centerAssignments ORDER BY seq', assignmentRow);
  }

  assign({ accountId, setArn, principalType, principalId }: Assignment, at: number): void {
    this.#run(
      'INSERT OR IGNORE INTO centerAssignments (accountId, setArn, principalType, principalId) VALUES (?, ?, ?, ?)',
      accountId,
      setArn,
      principalType,
      principalId,
    );
    this.#provision(accountId, setArn, at);
  }

  /** Each account with a role of the set, and the version of the set that it has. */
  provisioned(): z.infer<typeof provisionedRow>[] {
    return this.#all('SELECT * FROM centerProvisioned ORDER BY accountId', provisionedRow);
  }

  order({ kind, accountId, setArn, principal }: Order, now: number, failure?: string) {
    const requestId = randomUUID();
    this.#run(
      `INSERT INTO centerOperations (requestId, kind, accountId, setArn, principalType, principalId, createdAt, readyAt, status, failure)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'IN_PROGRESS', ?)`,
      requestId,
      kind,
      accountId,
      setArn,
      principal?.principalType ?? null,
      principal?.principalId ?? null,
      now,
      now + this.#accounts.propagationMs(),
      failure ?? null,
    );
    return requestId;
  }

  operation(requestId: string): CenterOperation | undefined {
    return this.#all(
      'SELECT * FROM centerOperations WHERE requestId = ?',
      operationRow,
      requestId,
    )[0];
  }

  inProgress(): CenterOperation[] {
    return this.#all(
      `SELECT * FROM centerOperations WHERE status = 'IN_PROGRESS' ORDER BY seq`,
      operationRow,
    );
  }

  /** What is due has its effect, as of the moment at which it was due. */
  settle(now: number): void {
    for (const due of this.inProgress().filter(({ readyAt }) => readyAt <= now)) {
      if (due.failure === null) this.#take(due);
      this.#run(
        'UPDATE centerOperations SET status = ? WHERE requestId = ?',
        due.failure === null ? 'SUCCEEDED' : 'FAILED',
        due.requestId,
      );
    }
  }

  openPortalSession(accessKeyId: string, userId: string): void {
    this.#run('INSERT INTO portalSessions VALUES (?, ?)', accessKeyId, userId);
  }

  /** Whose session it is, when it was opened through the access portal. */
  portalUser(accessKeyId: string): string | undefined {
    const row = z.object({ userId: z.string() });
    return this.#all('SELECT * FROM portalSessions WHERE accessKeyId = ?', row, accessKeyId)[0]
      ?.userId;
  }

  #take({ kind, accountId, setArn, principalType, principalId, readyAt }: CenterOperation): void {
    if (kind === 'provision' || principalType === null || principalId === null)
      return this.#provision(accountId, setArn, readyAt);
    if (kind === 'create')
      return this.assign({ accountId, setArn, principalType, principalId }, readyAt);
    this.#run(
      'DELETE FROM centerAssignments WHERE accountId = ? AND setArn = ? AND principalType = ? AND principalId = ?',
      accountId,
      setArn,
      principalType,
      principalId,
    );
    const left = this.assignments().some(
      (one) => one.accountId === accountId && one.setArn === setArn,
    );
    if (!left) this.#deprovision(accountId, setArn);
  }

  /** The role that the set has in the account, with the policies that it has now. */
  #provision(accountId: string, setArn: string, at: number): void {
    const set = this.set(setArn);
    if (set === undefined) return;
    const there = this.provisioned().find(
      (one) => one.accountId === accountId && one.setArn === setArn,
    );
    const path = '/aws-reserved/sso.amazonaws.com/';
    const name = `AWSReservedSSO_${set.name}_${randomBytes(8).toString('hex')}`;
    const roleArn = there?.roleArn ?? `arn:aws:iam::${accountId}:role${path}${name}`;
    this.#accounts.putRole(
      {
        arn: roleArn,
        accountId,
        name: roleArn.slice(roleArn.lastIndexOf('/') + 1),
        path,
        trust: PORTAL_TRUST,
        managed: [{ arn: 'arn:aws:iam::aws:policy/TheSetsOwn', document: set.access }],
        boundary: undefined,
        maxSessionSeconds: 43_200,
        tags: {},
      },
      at,
    );
    this.#accounts.writeInlinePolicy(roleArn, 'AwsSSOInlinePolicy', set.inline || undefined, at);
    this.#run(
      'INSERT OR REPLACE INTO centerProvisioned VALUES (?, ?, ?, ?)',
      accountId,
      setArn,
      roleArn,
      set.version,
    );
  }

  #deprovision(accountId: string, setArn: string): void {
    for (const { roleArn } of this.provisioned().filter(
      (one) => one.accountId === accountId && one.setArn === setArn,
    ))
      this.#accounts.deleteRole(roleArn);
    this.#run(
      'DELETE FROM centerProvisioned WHERE accountId = ? AND setArn = ?',
      accountId,
      setArn,
    );
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#db.prepare(sql).run(...values);
  }

  #all<T>(sql: string, row: z.ZodType<T>, ...values: SQLInputValue[]): T[] {
    return this.#db
      .prepare(sql)
      .all(...values)
      .map((one) => row.parse(one));
  }
}

/** Nobody but the access portal gives out sessions of these roles. */
const PORTAL_TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Federated: 'arn:aws:iam::aws:saml-provider/AWSSSO' },
      Action: ['sts:AssumeRoleWithSAML', 'sts:TagSession'],
    },
  ],
});
