/** What the directory's groups are called. */
export interface GroupNames {
  /** Is there one of exactly this name, and which others begin like it? */
  look(name: string): Promise<{ exists: boolean; alike: string[] }>;
}
