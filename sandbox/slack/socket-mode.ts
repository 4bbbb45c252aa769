import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { z } from 'zod';
import { refusedByGuard } from '../guard';
import type { Envelope, Transport } from './deliveries';
import { APP } from './workspace';

const PATH = '/sandbox/slack/socket';
const PING_MS = 10_000;
const TICKET_MS = 30_000;

const ackForm = z.object({ envelope_id: z.string(), payload: z.unknown() });

export interface SocketMode extends Transport {
  /** A WebSocket address for one connection, as `apps.connections.open` hands it out. */
  newUrl(host: string): string;
  /** Takes the connection over when it is for Socket Mode; false: it is somebody else's. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Asks every connection to reconnect, as Slack does every few hours (`warning`, then `refresh_requested`). */
  refresh(): void;
  close(): Promise<void>;
}

export function createSocketMode(): SocketMode {
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Map<string, NodeJS.Timeout>();
  const open = new Set<WebSocket>();
  const waiting = new Map<string, (answer: unknown) => void>();
  let turn = 0;

  function greet(socket: WebSocket): void {
    open.add(socket);
    const ping = setInterval(() => socket.ping(), PING_MS);
    socket.on('close', () => {
      clearInterval(ping);
      open.delete(socket);
    });
    socket.on('error', () => socket.terminate());
    socket.on('message', (data) => {
      const ack = ackForm.safeParse(parse(data));
      if (ack.success) waiting.get(ack.data.envelope_id)?.(ack.data.payload);
    });
    socket.send(
      JSON.stringify({
        type: 'hello',
        num_connections: open.size,
        connection_info: { app_id: APP.id },
        debug_info: { host: 'sandbox', approximate_connection_time: 18_060 },
      }),
    );
  }

  return {
    kind: 'socket',
    connected: () => open.size > 0,
    newUrl(host) {
      const ticket = randomBytes(16).toString('hex');
      tickets.set(ticket, setTimeout(() => tickets.delete(ticket), TICKET_MS).unref());
      return `ws://${host}${PATH}?ticket=${ticket}&app_id=${APP.id}`;
    },
    upgrade(request, socket, head) {
      const url = new URL(request.url ?? '/', 'http://sandbox');
      if (url.pathname !== PATH) return false;
      const ticket = url.searchParams.get('ticket') ?? '';
      if (refusedByGuard(request.headers) !== undefined || !tickets.has(ticket)) {
        socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
        return true;
      }
      clearTimeout(tickets.get(ticket));
      tickets.delete(ticket);
      server.handleUpgrade(request, socket, head, greet);
      return true;
    },
    send(envelope, signal) {
      const sockets = [...open];
      const socket = sockets[turn % Math.max(1, sockets.length)];
      turn += 1;
      if (!socket) return Promise.reject(new Error('no connection'));
      const id = randomUUID();
      return new Promise((resolve, reject) => {
        const fail = (): void => {
          waiting.delete(id);
          reject(new Error('the connection closed before the ack'));
        };
        waiting.set(id, (answer) => {
          waiting.delete(id);
          socket.off('close', fail);
          resolve(answer);
        });
        signal.addEventListener('abort', () => socket.off('close', fail), { once: true });
        socket.once('close', fail);
        socket.send(JSON.stringify(enveloped(id, envelope)));
      });
    },
    hangUp: () => open.forEach((socket) => socket.terminate()),
    refresh: () =>
      open.forEach((socket) =>
        socket.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' })),
      ),
    async close() {
      for (const timer of tickets.values()) clearTimeout(timer);
      for (const socket of open) socket.terminate();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

const enveloped = (id: string, { type, payload, retry }: Envelope) => ({
  envelope_id: id,
  type,
  payload,
  accepts_response_payload: type !== 'events_api',
  ...(retry === undefined ? {} : { retry_attempt: retry.number, retry_reason: retry.reason }),
});

function parse(data: unknown): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return undefined;
  }
}
