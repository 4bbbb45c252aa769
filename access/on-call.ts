/** Who is on call, by schedule. A schedule says who is on shift; whom an escalation would reach is something else. */
export interface Rota {
  /** For people and the log. */
  readonly name: string;
  /**
   * The addresses of those who are on shift at this moment; nobody may be. `schedule`: its name or id. Throws when
   * nobody can tell, also because there is no such schedule; the message holds no secret.
   */
  onCall(schedule: string): Promise<readonly string[]>;
}
