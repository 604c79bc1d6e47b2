import { isIdentity, operationsPerPixel } from "synthconv/internal";
import { Progress } from "synthconv/internal/node";
import { type CommandContext, type CommandModule, defineCommand } from "../frame/command.js";
import { CommandError, describeFailure, EXIT, InterruptedError } from "../frame/failure.js";
import { addLookOptions, type LookOptions, synthesizeAsAsked } from "../frame/look-options.js";
import { numberOption } from "../frame/numbers.js";
import { addThreadsOption, type ThreadOptions, useThreads } from "../frame/threads.js";
import { titlesOf, WRITABLE_PHOTO_FORMATS } from "../image/photo-formats.js";
import { readLook } from "../look-file.js";
import { type PathFields, pathFields } from "../report/path-fields.js";
import { counted, formatCount } from "../report/quantities.js";
import { type AppliedPhoto, type ApplySettings, applyToPhoto } from "./apply/apply-photo.js";
import { type ApplyPlan, planApply } from "./apply/plan.js";

interface Options extends LookOptions, ThreadOptions {
  readonly output: string;
  readonly force?: boolean;
  readonly bestEffort?: boolean;
  readonly dropAlpha?: boolean;
  readonly quality?: number;
  readonly dither?: boolean;
  readonly strict?: boolean;
}

/** One photo of the document that --json prints. */
type PhotoReport = PathFields<"input"> &
  PathFields<"output"> &
  (
    | ({ readonly status: "written" } & AppliedPhoto)
    | { readonly status: "failed"; readonly error: { readonly code: string; readonly message: string } }
  );

/** `JPEG 92, AVIF 85`. */
const QUALITIES = WRITABLE_PHOTO_FORMATS.filter(({ write }) => write.usualQuality !== undefined)
  .map(({ title, write }) => `${title} ${write.usualQuality}`)
  .join(", ");

export const apply: CommandModule = defineCommand<Options>({
  description:
    `Applies a look to photos (${titlesOf(WRITABLE_PHOTO_FORMATS)}). 8 and 16 bits stay what they are; the ICC profile, ` +
    "EXIF and transparency are kept. Folders are searched with all below them and their tree is kept. A photo " +
    "that cannot be read is reported, and the rest goes on.",
  examples: [
    ["synthconv apply warm.safetensors photo.jpg -o warm.jpg", "one photo"],
    ["synthconv apply warm.safetensors holiday/ -o holiday-warm/", "a folder and all below it"],
    [
      "synthconv apply film.safetensors *.tif -o out/ --set fade=0.3 --strength 0.8",
      "a knob, and 80 % of the look",
    ],
  ],
  configure(command) {
    command
      .argument("<look>", "a look file, as synthconv train writes it")
      .argument("<photo...>", "photos, and folders of photos")
      .requiredOption(
        "-o, --output <path>",
        "a photo's name for one photo, else a folder; the name's extension decides the format",
      );
    addLookOptions(command);
    command
      .addOption(
        numberOption(
          "--quality <1-100>",
          `of lossy formats (default: ${QUALITIES}; a JPEG made from a finer JPEG keeps its quality)`,
          {
            minimum: 1,
            maximum: 100,
            whole: true,
          },
        ),
      )
      .option("--dither", "dither photos of 8 bits instead of rounding: no bands in smooth skies")
      .option("--strict", "exit with 1 if photos of a format that is not read were left out")
      .option("--force", "overwrite outputs that exist; inputs never are")
      .option("--best-effort", "decode what is there of a damaged photo")
      .option("--drop-alpha", "write formats without transparency, and lose it");
    addThreadsOption(command);
  },
  async run([file = "", ...operands], options, context) {
    const { look } = await readLook(file);
    const network = synthesizeAsAsked(look, options.set);
    const plan = await planApply(operands, options.output);
    const { unread } = plan.leftOut;
    if (plan.photos.length === 0) {
      const others = unread.size > 0 ? ` that can be read (${unreadWords(unread)})` : "";
      throw new CommandError(
        "NO_PHOTOS",
        `expected photos, received none${others} in ${operands.join(", ")}`,
      );
    }
    const { strength, quality, dropAlpha, dither = false, strict = false } = options;
    const unchanged = strength === 0 || isIdentity(network);
    const perPixel = unchanged ? 0 : operationsPerPixel(network.layers);
    let operations = 0;
    const reports = await applyToAll(plan, context, {
      look: unchanged ? undefined : { network, strength, dither },
      beforePixels: (pixels) => {
        operations += pixels * perPixel;
        return useThreads(options, operations);
      },
      force: options.force === true,
      bestEffort: options.bestEffort === true,
      encode: { ...(quality !== undefined && { quality }), ...(dropAlpha && { dropAlpha }) },
      signal: context.signal,
    });
    const failed = reports.filter((report) => report.status === "failed").length;
    const written = reports.length - failed;
    printSummary(context, plan, { written, failed, output: options.output });
    return {
      json: {
        look: file,
        settings: options.set,
        strength,
        written,
        failed,
        unread: Object.fromEntries(unread),
        otherFiles: plan.leftOut.otherFiles,
        links: plan.leftOut.links,
        photos: reports,
      },
      exitCode: failed > 0 || (strict && unread.size > 0) ? EXIT.failed : EXIT.ok,
    };
  },
});

/** One photo after the other: the pixels in memory are those of one photo. */
async function applyToAll(
  { photos }: ApplyPlan,
  { out, signal }: CommandContext,
  settings: ApplySettings,
): Promise<PhotoReport[]> {
  const progress = new Progress({
    label: "apply",
    unit: "photos",
    total: photos.length,
    stream: out.stderr,
    silent: out.quiet,
    signal,
  });
  const reports: PhotoReport[] = [];
  for (const planned of photos) {
    const names = { ...pathFields("input", planned.input), ...pathFields("output", planned.output) };
    try {
      signal.throwIfAborted();
      const applied = await applyToPhoto(planned, settings);
      reports.push({ ...names, status: "written", ...applied });
      for (const warning of applied.warnings) {
        progress.around(() => out.warn(`${names.input}: ${warning}`));
      }
    } catch (error) {
      if (signal.aborted) {
        const done = reports.filter(({ status }) => status === "written").length;
        throw new InterruptedError(`${done} of ${counted(photos.length, "photo")} written, each whole`);
      }
      const { code, message } = describeFailure(error);
      progress.around(() => out.error(message));
      reports.push({ ...names, status: "failed", error: { code, message } });
    }
    progress.update(reports.length);
  }
  progress.finish();
  return reports;
}

/** `3 HEIC, 12 camera raw`. */
function unreadWords(unread: ReadonlyMap<string, number>): string {
  return [...unread].map(([format, count]) => `${formatCount(count)} ${format}`).join(", ");
}

function printSummary(
  { out }: CommandContext,
  { leftOut: { unread, otherFiles, links } }: ApplyPlan,
  { written, failed, output }: { written: number; failed: number; output: string },
): void {
  const parts = [`${counted(written, "photo")} written to ${output}`];
  if (failed > 0) parts.push(`${failed} failed`);
  if (unread.size > 0) {
    out.warn(`${unreadWords(unread)} left out: convert them to JPEG, TIFF, PNG or AVIF first`);
    parts.push(`${unreadWords(unread)} left out`);
  }
  if (otherFiles > 0) parts.push(`${counted(otherFiles, "other file")} left out`);
  if (links > 0) parts.push(`${counted(links, "symbolic link")} not followed`);
  out.print(parts.join(", "));
}
