import { condition, defineUpdate, proxyActivities, setHandler, sleep } from '@temporalio/workflow';

const { step } = proxyActivities<{ step: () => Promise<void> }>({ startToCloseTimeout: '10s' });

export const stepsUpdate = defineUpdate<void, [number]>('steps');
export const endUpdate = defineUpdate<void, []>('end');

/** As many bare steps as a grant takes, and nothing else: start, activities, updates that wait for activities. */
export async function floor(first: number): Promise<void> {
  let over = false;
  setHandler(stepsUpdate, take);
  setHandler(endUpdate, () => {
    over = true;
  });
  await take(first);
  await condition(() => over);
}

async function take(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await step();
}

/** One timer and nothing else. */
export async function timer(dueAt: number): Promise<void> {
  await sleep(Math.max(1, dueAt - Date.now()));
}
