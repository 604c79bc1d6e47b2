import { cellWidth } from "synthconv/internal/node";
export type Alignment = "left" | "right";

/**
 * Rows of cells as lines whose columns line up, two spaces apart.
 *
 * @param alignments one a column; a column without one is aligned to the left.
 */
export function columns(
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[] = [],
): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cellWidth(cell));
    });
  }
  return rows.map((row) => {
    const cells = row.map((cell, column) => {
      const padding = " ".repeat((widths[column] ?? 0) - cellWidth(cell));
      return alignments[column] === "right" ? padding + cell : cell + padding;
    });
    return cells.join("  ").trimEnd();
  });
}
