/**
 * Why a key may not name an object below a root; undefined for one that may. A bucket's keys are any text: `../x` or
 * `/etc/x` would leave a folder that outputs go to.
 */
export function safeKeyFault(key: string): string | undefined {
  if (key === "" || key.endsWith("/")) return "names no file";
  if (key.startsWith("/")) return "begins with /";
  if (key.includes("\0")) return "has a null byte";
  if (key.includes("\\")) return "has a backslash, which separates folders on some systems";
  const part = key.split("/").find((name) => name === "" || name === "." || name === "..");
  if (part === undefined) return undefined;
  return part === "" ? "has a folder without a name" : `has a folder ${part}`;
}

/** Hidden files and folders are other programs' caches, and this one's documents. */
export function isHidden(key: string): boolean {
  const isHiddenName = (name: string): boolean => name.startsWith(".") && name !== "." && name !== "..";
  return key.split("/").some(isHiddenName);
}
