import { Option } from "commander";
import { isIdentity, operationsPerPixel } from "synthconv/internal";
import { folderOf, removeLeftoversOnce } from "synthconv/internal/node";
import { type ColourSpace, currentBackend, SeenColours, serializeLook, setBackend } from "synthconv/look";
import { CLIP_EXTENSIONS } from "../clip/containers.js";
import { colourSpaceOption, spacesOfLook } from "../colour-space-option.js";
import { type BackendOptions, backendOption } from "../frame/backend.js";
import { type CommandModule, defineCommand } from "../frame/command.js";
import { EXIT } from "../frame/exit-codes.js";
import { CommandError, InterruptedError } from "../frame/failure.js";
import { addLookOptions, type LookOptions, type SettingsOverTime } from "../frame/look-options.js";
import { numberOption } from "../frame/numbers.js";
import { FileIdentities } from "../frame/output-file.js";
import { STREAM } from "../frame/standard-input.js";
import { addThreadsOption, type ThreadOptions, useThreads } from "../frame/threads.js";
import type { WritablePhotoFormat } from "../image/photo-format.js";
import { titlesOf, WRITABLE_PHOTO_FORMATS } from "../image/photo-formats.js";
import { readLook } from "../look-file.js";
import { unreadWords } from "../report/left-out.js";
import { counted } from "../report/quantities.js";
import { applyToAll } from "./apply/apply-all.js";
import { clipWork } from "./apply/apply-clip.js";
import type { ApplySettings } from "./apply/apply-photo.js";
import { ApplyRecord } from "./apply/apply-record.js";
import {
  addClipOptions,
  type ClipOptions,
  clipFacts,
  refuseOtherClips,
  refuseUnfit,
} from "./apply/clip-options.js";
import { defaultOutput } from "./apply/default-output.js";
import { tryAll } from "./apply/dry-run.js";
import { checkFailuresFile, writeFailures } from "./apply/failures-file.js";
import { formatOption } from "./apply/format-option.js";
import { lookOverTime } from "./apply/look-over-time.js";
import { type ApplyPlan, planApply } from "./apply/plan.js";
import { writePreview } from "./apply/preview.js";
import { recipeOf } from "./apply/recipe.js";
import { refuseStreams } from "./apply/refuse-streams.js";
import { clipCounts, countsOf, planDocument, printSummary, reportFolders } from "./apply/report.js";

interface Options extends Omit<LookOptions, "set">, ClipOptions, ThreadOptions, BackendOptions {
  readonly set: SettingsOverTime;
  readonly output?: string;
  readonly jobs: number;
  readonly dryRun?: boolean;
  readonly failures?: string;
  readonly force?: boolean;
  readonly skipExisting?: boolean;
  readonly resume?: boolean;
  readonly bestEffort?: boolean;
  readonly dropAlpha?: boolean;
  readonly quality?: number;
  readonly dither?: boolean;
  readonly format?: WritablePhotoFormat;
  readonly inputSpace?: ColourSpace;
  readonly strict?: boolean;
}

/** `JPEG 92, AVIF 85`. */
const QUALITIES = WRITABLE_PHOTO_FORMATS.filter(({ write }) => write.usualQuality !== undefined)
  .map(({ title, write }) => `${title} ${write.usualQuality}`)
  .join(", ");

export const apply: CommandModule = defineCommand<Options>({
  description:
    `Applies a look to photos (${titlesOf(WRITABLE_PHOTO_FORMATS)}) and clips (${CLIP_EXTENSIONS}, with your ffmpeg). 8 and 16 bits stay what they are; the ICC profile, ` +
    "EXIF and transparency are kept. Folders are searched with all below them and their tree is kept. A photo " +
    "that cannot be read is reported, and the rest goes on.",
  examples: [
    ["synthconv apply warm.safetensors photo.jpg -o warm.jpg", "one photo"],
    ["synthconv apply warm.safetensors holiday/ -o holiday-warm/", "a folder and all below it"],
    [
      "synthconv apply warm.safetensors holiday/ -o holiday-warm/ --resume",
      "goes on after an interruption, or does what is new in the folder",
    ],
    [
      "synthconv apply film.safetensors *.tif -o out/ --set fade=0.3 --strength 0.8",
      "a knob, and 80 % of the look",
    ],
    [
      "synthconv apply warm.safetensors clip.mp4 -o graded.mp4 --set warmth=0:0,10s:1",
      "a clip, and a knob that moves over ten seconds",
    ],
    [
      "synthconv apply films.safetensors photo.jpg -o out.jpg --style portra=0.3 --style golden=0.7",
      "a blend of two styles",
    ],
  ],
  configure(command) {
    command
      .argument("<look>", "a look file, as synthconv train writes it")
      .argument("<photo...>", "photos, and folders of photos; - for one from stdin")
      .option(
        "-o, --output <path>",
        "a photo's name for one photo, whose extension decides the format; - for stdout; else a folder (default: beside the photo or folder, with the look's name: photo-warm.jpg, holiday-warm)",
      );
    addLookOptions(command, true);
    command
      .addOption(formatOption())
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
      .addOption(
        colourSpaceOption(
          "--input-space <name>",
          "what photos and clips are encoded in that do not say it: arri-logc3, linear, rec2020, ... (default: srgb)",
        ),
      )
      .option("--dither", "dither photos of 8 bits instead of rounding: no bands in smooth skies")
      .option("--strict", "exit with 1 if photos of a format that is not read were left out")
      .addOption(
        new Option("--skip-existing", "leave outputs that exist as they are, whatever they are").conflicts([
          "force",
          "resume",
        ]),
      )
      .option(
        "--resume",
        "go on after an interruption: outputs that this look and these settings made of these photos are not made again",
      )
      .option("--force", "overwrite outputs that exist; inputs never are")
      .addOption(
        numberOption("--jobs <count>", "photos at a time, each with its pixels in memory", {
          minimum: 1,
          maximum: 64,
          whole: true,
        }).default(1),
      )
      .option("--dry-run", "say what would be written and what would fail, and write nothing")
      .option("--failures <file>", "list what fails in a file, a JSON document per line")
      .option("--best-effort", "decode what is there of a damaged photo")
      .option("--drop-alpha", "write formats without transparency, and lose it");
    addClipOptions(command);
    command.addOption(backendOption());
    addThreadsOption(command);
  },
  async run([file = "", ...operands], options, context) {
    const { dryRun: isDry = false, failures, format } = options;
    const output = options.output ?? (await defaultOutput(file, operands, format));
    refuseStreams(file, operands, { output, isDry }, context);
    if (failures !== undefined) await checkFailuresFile(failures, [file, ...operands]);
    setBackend(options.backend);
    const { look } = await readLook(file, context);
    const { asked, moving, networkAt } = lookOverTime(look, options);
    const { network } = asked;
    const { coverage } = look.schema;
    const plan = await planApply(operands, output, format);
    const colours = { ...spacesOfLook(look.schema), untagged: options.inputSpace };
    if (options.preview !== undefined) {
      refuseOtherClips(colours);
      const work = clipWork({ networkAt, strength: options.strength }, options, context, true);
      const { preview, force = false } = options;
      return { json: await writePreview(operands, preview, work, { force, context }) };
    }
    const clips = plan.photos.filter(({ clip }) => clip !== undefined).length;
    refuseUnfit(options, moving, { clips, all: plan.photos.length });
    if (clips > 0) refuseOtherClips(colours);
    const { unread } = plan.leftOut;
    const folders = reportFolders(plan, context);
    if (plan.photos.length === 0 && folders.length === 0) {
      const others = unread.size > 0 ? ` that can be read (${unreadWords(unread)})` : "";
      throw new CommandError(
        "NO_PHOTOS",
        `expected photos, received none${others} in ${operands.join(", ")}`,
      );
    }
    const { strength, quality, dropAlpha, dither = false, strict = false, bestEffort = false } = options;
    const { force = false, skipExisting: skip = false, resume = false } = options;
    const unchanged = strength === 0 || (isIdentity(network) && moving.length === 0);
    const perPixel = unchanged ? 0 : operationsPerPixel(network.layers);
    let operations = 0;
    const facts = {
      set: moving.length > 0 ? options.set : asked.settings,
      styles: asked.styles,
      strength,
      quality,
      dropAlpha,
      dither,
      bestEffort,
      format: format?.name,
      inputSpace: options.inputSpace?.name,
      backend: currentBackend(),
      ...clipFacts(options),
    };
    if (!isDry) await removeTemporaries(plan);
    const record = await openRecord(plan, recipeOf(serializeLook(look), facts));
    const existing = { force, skip, resume, record, written: await FileIdentities.of([]) };
    const work: ApplySettings = {
      look: unchanged
        ? undefined
        : { network, strength, dither, colours, seen: coverage && new SeenColours(coverage) },
      beforePixels: (pixels) => {
        operations += pixels * perPixel;
        return useThreads(options, operations);
      },
      clips: clipWork({ networkAt, strength }, options, context, plan.photos.length === 1 && clips === 1),
      existing,
      bestEffort,
      encode: { ...(quality !== undefined && { quality }), ...(dropAlpha && { dropAlpha }) },
      context,
    };
    const reports = isDry
      ? await tryAll(plan, context, existing)
      : await applyToAll(plan, context, work, options.jobs);
    const failed = [...folders, ...reports.filter(({ status }) => status === "failed")];
    if (failures !== undefined && !isDry) await writeFailures(failures, failed);
    const counts = countsOf(reports);
    const { settings, styles = null } = asked;
    const json = { look: file, settings, styles, strength, ...planDocument(plan, reports, folders, isDry) };
    if (reports.length < plan.photos.length) {
      const all = counted(plan.photos.length, "photo");
      throw new InterruptedError(`${counts.written} of ${all} written, each whole`, json);
    }
    // Of clips it is all that tells what was made of what: they are not made again to be compared.
    if (failed.length === 0 && !resume && !isDry && clips === 0) await record?.finish();
    if (output !== STREAM)
      printSummary(context, plan, { ...counts, ...clipCounts(plan, reports), output, isDry });
    return {
      json,
      exitCode: failed.length > 0 || (strict && unread.size > 0) ? EXIT.failed : EXIT.ok,
    };
  },
});

/** What an earlier run left behind goes away, also where nothing is to be written. */
async function removeTemporaries({ photos }: ApplyPlan): Promise<void> {
  for (const { output } of photos.filter((photo) => photo.output !== STREAM))
    await removeLeftoversOnce(folderOf(output));
}

/** What an earlier run has done there. */
async function openRecord({ folder }: ApplyPlan, recipe: string): Promise<ApplyRecord | undefined> {
  return folder === undefined ? undefined : ApplyRecord.open(folder, recipe);
}
