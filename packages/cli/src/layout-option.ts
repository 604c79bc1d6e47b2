import { Option } from "commander";
import { LUT_FORMATS } from "synthconv/look";

/** `--layout` of the commands that read a LUT. */
export function layoutOption(): Option {
  const pictures = LUT_FORMATS.filter(({ source }) => source === "picture");
  return new Option(
    "--layout <name>",
    "of a LUT picture whose colours do not tell: how its pixels lie",
  ).choices(pictures.map(({ name }) => name));
}
