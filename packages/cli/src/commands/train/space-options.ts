/** Options of what colours are encoded in, before and after. */
import type { Command } from "commander";
import { colourSpaceOption } from "../../colour-space-option.js";

export function addSpaceOptions(command: Command): void {
  command
    .addOption(
      colourSpaceOption(
        "--working-space <name>",
        "what the look reads and writes: srgb, display-p3, adobe-rgb, rec2020, linear, arri-logc3, ... (default: that of --input-space, else srgb)",
      ),
    )
    .addOption(
      colourSpaceOption(
        "--input-space <name>",
        "what photos are encoded in that do not say it (default: srgb)",
      ),
    )
    .addOption(
      colourSpaceOption(
        "--output-space <name>",
        "what the look writes where that is another space: srgb for one that brings logarithmic footage to a display",
      ),
    );
}
