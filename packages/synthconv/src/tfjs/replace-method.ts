/**
 * Puts another method in the place of an object's own or inherited one.
 *
 * @returns what puts it back.
 */
export function replaceMethod<Name extends PropertyKey, Owner extends Record<Name, unknown>>(
  owner: Owner,
  name: Name,
  replacement: (method: Owner[Name]) => Owner[Name],
): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  const value = replacement(owner[name]);
  Object.defineProperty(owner, name, { value, configurable: true, writable: true });
  return () => {
    if (before === undefined) Reflect.deleteProperty(owner, name);
    else Object.defineProperty(owner, name, before);
  };
}
