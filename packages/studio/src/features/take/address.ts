/** The look in an address's part from its # on; undefined where there is none. */
export function linkIn(hash: string): string | undefined {
  return /^#look\d/i.test(hash) ? hash.slice(1) : undefined;
}
