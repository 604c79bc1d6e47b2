import { CHART_COLOURS, CHART_SIDE, drawChart } from "synthconv/fit";
import { folderOf, makeFolder } from "synthconv/internal/node";
import { type CommandModule, defineCommand } from "../frame/command.js";
import { checkOutput } from "../frame/output-file.js";
import { encodePhoto } from "../image/encode-photo.js";
import { newPhoto } from "../image/new-photo.js";
import { counted } from "../report/quantities.js";

interface Options {
  readonly output: string;
  readonly force?: boolean;
}

/** Of a chart that is a JPEG: its codes are then off by less than 1. */
const JPEG_QUALITY = 98;

export const chart: CommandModule = defineCommand<Options>({
  description:
    "Writes a chart of colours to be put through any app, site or camera profile, as if it were a photo; synthconv " +
    "train --chart then learns what that did to them. Every colour stands at four places, so that what depends on the " +
    "place (a vignette, a gradient) is told apart from colour.",
  examples: [
    ["synthconv chart -o chart.png", "writes the chart, to be edited elsewhere"],
    ["synthconv train --chart edited.jpg -o look.safetensors", "learns the edit from what came back"],
  ],
  configure(command) {
    command
      .requiredOption("-o, --output <file>", "the chart to write, x.png or another photo format")
      .option("--force", "overwrite the output if it exists");
  },
  async run(_operands, { output, force }, { out, signal }) {
    await checkOutput(output, { force });
    await makeFolder(folderOf(output));
    const photo = newPhoto(CHART_SIDE, CHART_SIDE, drawChart());
    const warnings = await encodePhoto(photo, output, { quality: JPEG_QUALITY, signal });
    for (const warning of warnings) out.warn(warning);
    const next = "synthconv train --chart EDITED -o look.safetensors";
    out.print([
      `${output}: ${CHART_SIDE} x ${CHART_SIDE}, ${counted(CHART_COLOURS, "colour")} at four places each`,
      `Put it through the filter as a photo, without crop into its colours, and save what comes out as EDITED. Then: ${next}`,
    ]);
    return {
      json: {
        output,
        width: CHART_SIDE,
        height: CHART_SIDE,
        colours: CHART_COLOURS,
        places: 4,
        warnings,
        next,
      },
    };
  },
});
