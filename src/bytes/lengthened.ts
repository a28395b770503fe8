/**
 * The list and one more, with room for no other: a list that is pushed to makes room for seventeen and half as many
 * again.
 */
export function lengthened<T>(list: readonly T[], thing: T): T[] {
  return list.toSpliced(list.length, 0, thing);
}
