import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { accepts, portFor, privatePorts } from '../../launch/ports';

describe('ports', () => {
  const servers: Server[] = [];
  const taken = (host: string) =>
    new Promise<number>((resolve) => {
      const server = createServer().listen(0, host, () => {
        const address = server.address();
        resolve(address !== null && typeof address === 'object' ? address.port : 0);
      });
      servers.push(server);
    });
  afterEach(async () => {
    await Promise.all(
      servers.splice(0).map((server) => new Promise((closed) => server.close(closed))),
    );
  });

  test.each(['127.0.0.1', '0.0.0.0'])(
    'a port taken on %s: which, by whom, and what to do',
    async (host) => {
      const port = await taken(host);
      await expect(portFor(port)).rejects.toThrow(
        new RegExp(`^Port ${port} is taken.*CURFEW_PORT=0`),
      );
      expect(await accepts(port)).toBe(true);
    },
  );

  test('the holder is named', async () => {
    const port = await taken('127.0.0.1');
    await expect(portFor(port)).rejects.toThrow(`taken by node (process ${process.pid})`);
  });

  test('0 is any that is free, and a free one can be had', async () => {
    const port = await portFor(0);
    expect(port).toBeGreaterThan(0);
    expect(await portFor(port)).toBe(port);
    expect(await accepts(port)).toBe(false);
  });

  test('private ports are all different', async () => {
    const ports = Object.values(await privatePorts());
    expect(new Set(ports).size).toBe(ports.length);
  });
});
