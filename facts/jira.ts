import { z } from 'zod';
import type { Tickets } from '../access/ticket';
import { askJson } from './ask-json';

export interface JiraOptions {
  /** `https://acme.atlassian.net`, or `https://api.atlassian.com/ex/jira/<cloud id>` for scoped tokens. */
  url: string;
  token: string;
  /** Whose API token it is. Without it the token is sent as a bearer. */
  email?: string;
}

/** Anything else cannot be an issue's key, and an id or a path would lead elsewhere. */
const KEY = /^[A-Z][A-Z0-9_]{1,20}-\d{1,10}$/i;

const issue = z.object({
  key: z.string(),
  fields: z.object({
    status: z.object({ name: z.string() }),
    project: z.object({ key: z.string() }),
    assignee: z.object({ emailAddress: z.string().min(1).optional() }).nullish(),
  }),
});

const ADVICE =
  'Check CURFEW_JIRA_URL, CURFEW_JIRA_EMAIL and CURFEW_JIRA_TOKEN: a token that has not expired, of an account that may browse the project.';

/** Jira Cloud, REST v3: status, project and assignee of an issue. */
export function createJira({ url, token, email }: JiraOptions): Tickets {
  const authorization =
    email === undefined
      ? `Bearer ${token}`
      : `Basic ${Buffer.from(`${email}:${token}`).toString('base64')}`;
  return {
    name: 'Jira',
    async find(key) {
      if (!KEY.test(key)) return undefined;
      const question = new URL(`${url.replace(/\/+$/, '')}/rest/api/3/issue/${key.toUpperCase()}`);
      question.searchParams.set('fields', 'status,assignee,project');
      const answer = await askJson({
        of: 'Jira',
        url: question,
        headers: { authorization },
        advice: ADVICE,
      });
      if (answer.status === 'not-found') {
        // To somebody it does not know, Jira may answer as to anybody, who sees no issue at all.
        const reason = answer.headers.get('x-seraph-loginreason') ?? '';
        if (/FAILED|DENIED/i.test(reason)) throw new Error(`Jira did not let Curfew in. ${ADVICE}`);
        return undefined;
      }
      const read = issue.safeParse(answer.body);
      if (!read.success)
        throw new Error(`Jira answered with something that is no issue. ${ADVICE}`);
      const { status, project, assignee } = read.data.fields;
      if (assignee && assignee.emailAddress === undefined)
        throw new Error(
          'Jira does not say the address of whom the issue is assigned to. Let it be visible: in the profile of the assignee, or by managing the account.',
        );
      return {
        key: read.data.key,
        status: status.name,
        project: project.key,
        assignees: assignee?.emailAddress === undefined ? [] : [assignee.emailAddress],
        ...(!question.pathname.startsWith('/ex/') && {
          url: new URL(`/browse/${read.data.key}`, question).href,
        }),
      };
    },
  };
}
