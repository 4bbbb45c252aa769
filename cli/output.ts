/** Prints the answer: one line of JSON with `--json`, else the text. Nothing else goes to stdout. */
export const print = (json: boolean | undefined, data: object, text: string): void => {
  process.stdout.write(`${json === true ? JSON.stringify(data) : text}\n`);
};

/** What a person should know while it goes on; scripts read stdout only. */
export const note = (text: string): void => {
  process.stderr.write(`${text}\n`);
};
