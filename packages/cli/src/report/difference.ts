/** How every command writes and documents a measured colour difference. */
import type { ColourDifference, ErrorRecord } from "synthconv/look";
import { columns } from "./columns.js";

/** As in the schema of a look: the PSNR of identical colours is null, because JSON has no Infinity. */
export type DifferenceDocument = Pick<ErrorRecord, "psnr" | "deltaE76" | "deltaE2000">;

export function differenceDocument({ psnr, deltaE76, deltaE2000 }: ColourDifference): DifferenceDocument {
  return { psnr: Number.isFinite(psnr) ? psnr : null, deltaE76, deltaE2000 };
}

/** Four lines: PSNR, a heading, deltaE 76, deltaE 2000. */
export function differenceLines({ psnr, deltaE76, deltaE2000 }: DifferenceDocument): string[] {
  const errorRow = (name: string, { mean, p95, max }: ColourDifference["deltaE76"]): string[] => [
    name,
    ...[mean, p95, max].map((value) => value.toFixed(3)),
  ];
  return [
    `PSNR ${formatDecibels(psnr)}`,
    ...columns(
      [["", "mean", "p95", "max"], errorRow("deltaE 76", deltaE76), errorRow("deltaE 2000", deltaE2000)],
      ["left", "right", "right", "right"],
    ),
  ];
}

export function formatDecibels(psnr: number | null): string {
  return psnr === null ? "infinite (no difference)" : `${psnr.toFixed(2)} dB`;
}
