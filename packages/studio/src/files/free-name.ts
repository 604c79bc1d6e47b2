/**
 * The name, or, where it is taken, the first of `beach-2.jpg`, `beach-3.jpg` that is not.
 *
 * @param isTaken of a name; where it has to look, what it throws is thrown on.
 */
export async function freeName(
  name: string,
  isTaken: (name: string) => boolean | Promise<boolean>,
): Promise<string> {
  const [, stem, extension] = /^(.*)(\.[^.]*)$/s.exec(name) ?? [name, name, ""];
  let free = name;
  for (let nth = 2; await isTaken(free); nth++) free = `${stem}-${nth}${extension}`;
  return free;
}
