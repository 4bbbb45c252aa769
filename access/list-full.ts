/**
 * A role's revocation list takes no more, and nothing was changed. Trying the same again helps only when entries
 * have left it; cutting the role's sessions by when they were issued helps at once.
 */
export class ListFull extends Error {
  override readonly name = 'ListFull';
}
