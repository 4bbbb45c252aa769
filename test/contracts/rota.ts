import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Rota } from '../../access/on-call';
import type { FactsPeer } from '../support/facts-stand-in';
import { temporaryFolder } from '../support/temporary-folder';
import { factFailures } from './facts-failures';

interface Subject {
  start: (folder: string) => Promise<FactsPeer>;
  rota: (url: string) => Rota;
  secret: string;
  variable: string;
  /** What else holds of this one. */
  more?: (rota: () => Rota, peer: () => FactsPeer) => void;
}

/** What every {@link Rota} does. */
export function rotaContract(
  name: string,
  { start, rota: rotaAt, secret, variable, more }: Subject,
): void {
  describe(`a rota: ${name}`, () => {
    let peer: FactsPeer;
    let rota: Rota;
    const folder = temporaryFolder();
    beforeAll(async () => {
      peer = await start(folder);
      rota = rotaAt(peer.url);
      peer.store.putSchedule({ name: 'Payments Primary', onCall: ['emil@curfew.example'] });
      peer.store.putSchedule({ name: 'Payments Primary (old)', onCall: ['ben@curfew.example'] });
      peer.store.putSchedule({ name: 'Nobody', onCall: [] });
    });
    afterAll(async () => {
      await peer.close();
    });

    test('tells the addresses of those on shift now, by the whole name of the schedule', async () => {
      expect(await rota.onCall('Payments Primary')).toEqual(['emil@curfew.example']);
      peer.store.putSchedule({ name: 'Shift', onCall: ['ada@curfew.example'] });
      expect(await rota.onCall('Shift')).toEqual(['ada@curfew.example']);
      peer.store.putSchedule({ name: 'Shift', onCall: ['ada@curfew.example', 'b@c.example'] });
      expect(await rota.onCall('Shift')).toEqual(['ada@curfew.example', 'b@c.example']);
    });

    test('nobody may be on shift', async () => {
      expect(await rota.onCall('Nobody')).toEqual([]);
    });

    test('a schedule that there is not is a fault: nobody can tell', async () => {
      await expect(rota.onCall('Payments')).rejects.toThrow(/no schedule called Payments/);
    });

    factFailures({
      peer: () => peer,
      ask: () => rota.onCall('Payments Primary'),
      askNobody: () => rotaAt('http://127.0.0.1:9').onCall('Payments Primary'),
      secret,
      variable,
    });

    more?.(
      () => rota,
      () => peer,
    );
  });
}
