/** The studio's photos and screens are sRGB, and so are its looks. */
import { FormatError, type LookSchema } from "synthconv/look";

/** @throws {FormatError} for a look that reads or writes another space. */
export function requireSrgb({ colourSpace, outputSpace = colourSpace }: LookSchema, name: string): void {
  const other = [colourSpace, outputSpace].find((space) => space !== "srgb");
  if (other === undefined) return;
  throw new FormatError({
    where: name,
    expected: "a look in sRGB, as the studio shows photos",
    received: `one in ${other}`,
    repair: "Apply it with synthconv apply, which converts photos.",
  });
}
