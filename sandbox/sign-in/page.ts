import { html, type Html } from '../../access/html';
import type { User } from '../directory/store';

/** How somebody signs in at the stand-in when nothing stronger is asked for. */
export const PASSWORD = 'urn:curfew:sandbox:password';

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 3rem auto; max-width: 34rem; padding: 0 1rem; }
.label { border: 1px dashed; border-radius: .5rem; padding: .5rem .75rem; }
fieldset { border: 1px solid color-mix(in srgb, currentColor 35%, transparent); border-radius: .5rem; margin: 1.25rem 0; padding: .75rem 1rem; }
legend { font-weight: 600; padding: 0 .25rem; }
label { display: block; padding: .3rem 0; }
button { font: inherit; padding: .5rem 1.25rem; }
`;

/** Asks who signs in, and how: the one place where somebody may be anybody. */
export function choosePage(asked: {
  users: readonly User[];
  acr: readonly string[];
  parameters: Readonly<Record<string, string>>;
}): string {
  const { users, acr, parameters } = asked;
  const ways = [...acr, PASSWORD];
  const people = users.map(
    ({ id, name, email, status }) =>
      html`<label
        ><input
          type="radio"
          name="subject"
          value="${id}"
          required
          ${flag('disabled', status !== 'ACTIVE')}
        />
        ${name}, ${email}${status === 'ACTIVE' ? '' : ' (deactivated)'}</label
      >`,
  );
  const hows = ways.map(
    (way, index) =>
      html`<label
        ><input type="radio" name="acr" value="${way}" ${flag('checked', index === 0)} />
        ${way}</label
      >`,
  );
  const hidden = Object.entries(parameters).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  );
  return page(html`
    <h1>Who signs in?</h1>
    <form method="post">
      ${hidden}
      <fieldset>
        <legend>Person</legend>
        ${people}
      </fieldset>
      <fieldset>
        <legend>How</legend>
        ${hows}
      </fieldset>
      <button>Sign in</button>
    </form>
  `);
}

export const problemPage = (problem: string): string =>
  page(
    html`<h1>This sign-in cannot begin</h1>
      <p>${problem}</p>`,
  );

const flag = (name: string, isSet: boolean): Html => (isSet ? { html: name } : html``);

const page = (body: Html): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>Sign in: a stand-in, not a company directory</title>
        <style>
          ${{ html: STYLE }}
        </style>
      </head>
      <body>
        <p class="label">
          A stand-in on this machine, not a company directory: no password, anybody may be anyone.
        </p>
        ${body}
      </body>
    </html>`.html;
