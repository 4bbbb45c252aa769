/** What the directory's groups are called. */
export interface GroupNames {
  /** Is there one of exactly this name, and which others begin like it? `boundTo`: the id that is looked for instead. */
  look(name: string): Promise<{ exists: boolean; alike: string[]; boundTo?: string }>;
}
