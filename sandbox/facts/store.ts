import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

export const sandboxTicket = z.strictObject({
  key: z.string().regex(/^[A-Z][A-Z0-9_]+-\d+$/),
  status: z.string().min(1),
  /** Nobody, when absent. */
  assignee: z.string().optional(),
  /** The tracker knows who it is and does not say their address. */
  hidesAddress: z.boolean().optional(),
});
export type SandboxTicket = z.infer<typeof sandboxTicket>;

export const sandboxSchedule = z.strictObject({
  name: z.string().min(1),
  /** Their addresses. */
  onCall: z.array(z.string()),
});
export type SandboxSchedule = z.infer<typeof sandboxSchedule>;

const state = z.object({
  tickets: z.array(sandboxTicket),
  schedules: z.array(sandboxSchedule.extend({ id: z.string() })),
});

/** Tickets and schedules of the stand-ins, in one file. A change is on disk when the call returns. */
export class FactStore {
  readonly #file: string;
  readonly #state: z.infer<typeof state>;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#file = path.join(folder, 'facts.json');
    this.#state = existsSync(this.#file)
      ? state.parse(JSON.parse(readFileSync(this.#file, 'utf8')))
      : { tickets: [], schedules: [] };
  }

  ticket = (key: string) => this.#state.tickets.find((one) => one.key === key.toUpperCase());
  schedules = () => this.#state.schedules;

  putTicket(ticket: SandboxTicket): void {
    const { tickets } = this.#state;
    this.#state.tickets = [...tickets.filter(({ key }) => key !== ticket.key), ticket];
    this.#save();
  }

  putSchedule(schedule: SandboxSchedule): void {
    const { schedules } = this.#state;
    const known = schedules.find(({ name }) => name === schedule.name);
    const id = known?.id ?? `PSANDBOX${String(schedules.length + 1).padStart(2, '0')}`;
    this.#state.schedules = [...schedules.filter((one) => one !== known), { ...schedule, id }];
    this.#save();
  }

  #save(): void {
    const next = `${this.#file}.new`;
    writeFileSync(next, JSON.stringify(this.#state, null, 2), { mode: 0o600 });
    renameSync(next, this.#file);
  }
}
