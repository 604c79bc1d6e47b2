/** How commands that write a look for other tools tell what it is sure to do. */
import type { Guarantees, LookSchema } from "synthconv/look";
import { formatDecibels } from "./difference.js";

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Three lines. */
export function guaranteeLines({ tint, fall, fallAt, folded, clipped, step, levels }: Guarantees): string[] {
  const where = fall >= 0.05 ? ` (before grey ${fallAt})` : "";
  return [
    `greys: tinted by up to ${tint.toFixed(1)} of 255, falling by up to ${fall.toFixed(1)}${where}`,
    `all colours: ${percent(folded)} folded over, ${percent(clipped)} clipped`,
    `ramp of 8 bits: steps of up to ${step.toFixed(1)}, ${levels} levels of 256 left`,
  ];
}

/** The same in a line, for the comment of a file. */
export function guaranteeNote({ tint, fall, folded, clipped, step, levels }: Guarantees): string {
  return (
    `greys tinted by ${tint.toFixed(1)} of 255 and falling by ${fall.toFixed(1)}, ${percent(folded)} folded, ` +
    `${percent(clipped)} clipped, steps of ${step.toFixed(1)}, ${levels} levels`
  );
}

/** What is kept, and what that costs. */
export function protectionLines({ protection }: LookSchema): string[] {
  if (protection === undefined) return [];
  const { kept, psnr } = protection;
  const told = (value: number | null): string => (value === null ? "identical" : formatDecibels(value));
  const cost =
    psnr.without === null || psnr.with === null
      ? ""
      : `: that costs ${(psnr.without - psnr.with).toFixed(2)} dB against the source`;
  return [`kept: ${kept.join(", ")}${cost} (${told(psnr.without)} without, ${told(psnr.with)} with)`];
}
