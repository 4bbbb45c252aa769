/** For the tests; the page itself is plain JavaScript. */
export interface Node {
  type: string;
  text?: string;
  id?: string;
  url?: string;
  seconds?: number;
  format?: string;
  children?: Node[];
}
export declare const NODES: string[];
export declare function readMrkdwn(text: string): Node[];
export declare function safeUrl(text: string): string | undefined;
