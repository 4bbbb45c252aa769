import { Refused } from '../../access/refused';

/** What was asked is refused; anything else fails the test. */
export async function refusalOf(asked: Promise<unknown>): Promise<Refused> {
  const error: unknown = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Refused)) throw new Error(`it was not refused: ${String(error)}`);
  return error;
}
