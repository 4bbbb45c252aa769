import { beforeEach, describe, expect, test } from '@jest/globals';
import { openRows } from '../../sandbox/slack/rows';
import { createTriggers } from '../../sandbox/slack/triggers';
import { readHome, readModal } from '../../sandbox/slack/view-kit';
import { openViewStore, type ViewStore } from '../../sandbox/slack/view-store';
import { openWorkspace } from '../../sandbox/slack/workspace';

const x = (count: number): string => 'x'.repeat(count);
const plain = (text: string) => ({ type: 'plain_text', text });
const input = (more: object = {}, element: object = {}) => ({
  type: 'input',
  block_id: 'reason',
  label: plain('Reason'),
  element: { type: 'plain_text_input', action_id: 'reason', ...element },
  ...more,
});
const modal = (more: object = {}) => ({
  type: 'modal',
  title: plain('Request access'),
  submit: plain('Request'),
  blocks: [input()],
  ...more,
});

describe('what a modal may not be', () => {
  test.each<[string, object]>([
    ['a title of 25', { title: plain(x(25)) }],
    ['a submit label of 25', { submit: plain(x(25)) }],
    ['a close label of 25', { close: plain(x(25)) }],
    ['without a title', { title: undefined }],
    ['inputs without a submit button', { submit: undefined }],
    ['private_metadata of 3,001', { private_metadata: x(3001) }],
    ['a callback_id of 256', { callback_id: x(256) }],
    ['101 blocks', { blocks: Array.from({ length: 101 }, () => ({ type: 'divider' })) }],
    ['a field label of 2,001', { blocks: [input({ label: plain(x(2001)) })] }],
    ['a placeholder of 151', { blocks: [input({}, { placeholder: plain(x(151)) })] }],
    [
      'a button as an input',
      { blocks: [input({ element: { type: 'button', text: plain('x') } })] },
    ],
    ['fields Slack does not know', { hash: '1.abc' }],
    [
      'a typeahead among its options',
      {
        blocks: [
          input({
            element: {
              type: 'external_select',
              initial_option: { text: plain('x'), value: x(76) },
            },
          }),
        ],
      },
    ],
  ])('%s', (_, more) => {
    expect(() => readModal(modal(more))).toThrow(/^invalid_arguments/);
  });

  test('more than 250 kB', () => {
    const blocks = Array.from({ length: 100 }, () => ({ type: 'section', text: plain(x(2900)) }));
    expect(() => readModal(modal({ blocks }))).toThrow('view_too_large');
  });

  test('a Home tab has no title', () => {
    expect(() => readHome({ type: 'home', blocks: [], title: plain('x') })).toThrow(/title/);
    expect(readHome({ type: 'home', blocks: [] }).blocks).toEqual([]);
  });
});

describe('a trigger', () => {
  test('opens one view, within three seconds', () => {
    let now = 0;
    const triggers = createTriggers(3000, () => now);
    const used = triggers.issue('U1', 'V1');
    const late = triggers.issue('U1');
    now = 3000;
    expect(triggers.exchange(used)).toMatchObject({ user: 'U1', view: 'V1' });
    expect(() => triggers.exchange(used)).toThrow('exchanged_trigger_id');
    now = 3001;
    expect(() => triggers.exchange(late)).toThrow('expired_trigger_id');
    expect(() => triggers.exchange('1.2.abc')).toThrow('invalid_trigger_id');
  });
});

describe('open modals', () => {
  let views: ViewStore;
  beforeEach(() => {
    const rows = openRows(':memory:');
    views = openViewStore(rows, openWorkspace(rows));
  });
  const titles = () => views.stack('U1').map(({ title }) => title?.text);
  const titled = (title: string) => readModal(modal({ title: plain(title) }));

  test('lie on each other, at most three', () => {
    views.open('U1', titled('one'));
    views.push('U1', titled('two'));
    views.push('U1', titled('three'));
    expect(() => views.push('U1', titled('four'))).toThrow('push_limit_reached');
    expect(titles()).toEqual(['one', 'two', 'three']);
  });

  test('closing one takes what lies on it; opening one takes all', () => {
    const one = views.open('U1', titled('one'));
    const two = views.push('U1', titled('two'));
    expect(two).toMatchObject({ rootId: one.id, previousId: one.id });
    views.push('U1', titled('three'));
    views.close(two.id);
    expect(titles()).toEqual(['one']);
    views.open('U1', titled('new'));
    expect(titles()).toEqual(['new']);
    expect(views.closed('U1')).toHaveLength(3);
  });

  test('an update with yesterday’s hash is a conflict, of a closed modal not found', () => {
    const view = views.open('U1', titled('one'));
    const after = views.update(view.id, titled('two'), view.hash);
    expect(() => views.update(view.id, titled('three'), view.hash)).toThrow('hash_conflict');
    expect(views.update(view.id, titled('three'), after.hash).id).toBe(view.id);
    views.close(view.id);
    expect(() => views.update(view.id, titled('four'))).toThrow('not_found');
  });

  test('an update keeps what was typed where the block stays', () => {
    const view = views.open('U1', titled('one'));
    views.type(view.id, { reason: { reason: { type: 'plain_text_input', value: 'typed' } } });
    expect(views.update(view.id, titled('two')).typed.reason).toBeDefined();
    const other = readModal(modal({ blocks: [input({ block_id: 'other' })] }));
    expect(views.update(view.id, other).typed).toEqual({});
  });

  test('an external_id is taken while its view is open', () => {
    const named = readModal(modal({ external_id: 'request-1' }));
    const view = views.open('U1', named);
    expect(() => views.open('U2', named)).toThrow('duplicate_external_id');
    expect(views.byExternalId('request-1')?.id).toBe(view.id);
    views.close(view.id);
    expect(views.open('U2', named).user).toBe('U2');
  });
});
