import { html, type Html } from '../../access/html';
import { oneLine } from '../blocks/text';

/** Served at /sign-in/style.css: no page here has a style or a script of its own. */
export const STYLE = `
:root {
  color-scheme: light dark;
  font: 1rem/1.5 system-ui, sans-serif;
  --line: color-mix(in srgb, CanvasText 22%, transparent);
  --quiet: color-mix(in srgb, CanvasText 72%, transparent);
}
body { margin: 0 auto; max-width: 40rem; padding: 2.5rem 1.25rem; }
header { color: var(--quiet); font-weight: 600; letter-spacing: .02em; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .75rem 0 1rem; text-wrap: balance; }
dl { border: 1px solid var(--line); border-radius: .6rem; margin: 1.5rem 0; }
dl > div { padding: .75rem 1rem; }
dl > div + div { border-top: 1px solid var(--line); }
dt { color: var(--quiet); font-size: .875rem; }
dd { margin: 0; overflow-wrap: anywhere; }
dd small { color: var(--quiet); display: block; font-size: .875rem; }
button { background: #1f6f43; border: 0; border-radius: .5rem; color: #fff; cursor: pointer; font: inherit; font-weight: 600; padding: .7rem 1.4rem; }
button:hover { background: #185a36; }
button:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
.note { color: var(--quiet); }
`;

const page = (title: string, body: Html): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title} – Curfew</title>
        <link rel="stylesheet" href="/sign-in/style.css" />
      </head>
      <body>
        <header>Curfew</header>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html> `.html;

/** One thing that is to be looked at before saying yes. */
export interface Row {
  label: string;
  text: string;
  more?: string;
}

const rows = (shown: readonly Row[]): Html =>
  html`<dl>
    ${shown.map(
      ({ label, text, more }) =>
        html`<div>
          <dt>${label}</dt>
          <dd>
            ${oneLine(text)}${more === undefined ? '' : html`<small>${oneLine(more)}</small>`}
          </dd>
        </div>`,
    )}
  </dl>`;

/** Asks for the one press that makes it so. */
export const confirmPage = (asked: {
  title: string;
  rows: readonly Row[];
  warning: string;
  button: string;
  csrf: string;
}): string =>
  page(
    asked.title,
    html`${rows(asked.rows)}
      <p>${asked.warning}</p>
      <form method="post" action="/sign-in/confirm">
        <input type="hidden" name="csrf" value="${asked.csrf}" />
        <button type="submit">${asked.button}</button>
      </form>`,
  );

/** Says how it ended. */
export const donePage = (title: string, sentence: string): string =>
  page(
    title,
    html`<p role="status">${sentence}</p>
      <p class="note">You can close this window and go back to Slack.</p>`,
  );

export const refusedPage = (because: string, wouldPass: string | undefined): string =>
  page(
    'Nothing was done',
    html`<p role="alert">${because}</p>
      ${wouldPass === undefined ? '' : html`<p>${wouldPass}</p>`}`,
  );
