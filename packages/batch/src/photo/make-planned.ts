/** One photo of a plan: read from its source, made as `apply` makes it, written to the destination. */
import { isIdentity } from "synthconv/internal";
import { displayPath } from "synthconv/internal/node";
import { colourSpaceNamed, parseLook, SeenColours } from "synthconv/look";
import { describeFailure, plainLine, spacesOfLook } from "synthconv-cli/internal";
import { type MakeSettings, makePhoto, PipedFile, sharp } from "synthconv-cli/internal/photo";
import { sha256 } from "../plan/manifest.js";
import { type PlannedPhoto, stateKey } from "../plan/photo-list.js";
import { networkOf, recipeFor } from "../plan/recipe.js";
import { type Entry, failedEntry } from "../plan/record.js";
import { formatNamed } from "../plan/settings.js";
import { type Store, StoreError } from "../store/store.js";
import { openStore } from "../store/stores.js";
import type { MakerPlan, Outcome } from "./messages.js";

// Photos are made side by side, one a thread: a second thread of the image library would only wait for a core.
sharp.concurrency(1);

/** A plan made ready in a thread or process. */
export class PreparedPlan {
  readonly #plan: MakerPlan;
  readonly #destination: Store;
  readonly #sources: readonly Store[];
  readonly #settings: Omit<MakeSettings, "write">;

  /** @throws {StoreError} when this machine would make other bytes than the plan says. */
  constructor(plan: MakerPlan) {
    const { look: bytes, settings } = plan;
    this.#plan = plan;
    this.#destination = openStore(plan.destination);
    this.#sources = plan.sources.map(openStore);
    const look = parseLook(bytes, "the look of the plan");
    const { coverage } = look.schema;
    const { network } = networkOf(look, settings);
    const { strength, quality, dropAlpha, dither, bestEffort, inputSpace } = settings;
    const untagged = inputSpace === undefined ? undefined : colourSpaceNamed(inputSpace);
    const isUnchanged = strength === 0 || isIdentity(network);
    if (recipeFor(bytes, settings) !== plan.recipe) throw new StoreError(OTHER_VERSIONS);
    this.#settings = {
      look: isUnchanged
        ? undefined
        : {
            network,
            strength,
            dither,
            colours: { ...spacesOfLook(look.schema), untagged },
            seen: coverage && new SeenColours(coverage),
          },
      beforePixels: async () => undefined,
      bestEffort,
      encode: { dropAlpha, ...(quality !== undefined && { quality }) },
      signal: new AbortController().signal,
    };
  }

  async make(photo: PlannedPhoto): Promise<Outcome> {
    const { recipe, sources } = this.#plan;
    const input = displayPath(`${sources[photo.source]}/${photo.key}`);
    const state = stateKey(recipe, sources[photo.source] ?? "", photo);
    try {
      return { kind: "entry", entry: await this.#make(photo, input, state) };
    } catch (error) {
      if (error instanceof StoreError) return { kind: "store", message: plainLine(error.message) };
      const { code, message } = describeFailure(error);
      return { kind: "entry", entry: failedEntry(photo, { input, state }, code, message) };
    }
  }

  async #make(photo: PlannedPhoto, input: string, state: string): Promise<Entry> {
    const { output, key, identity, warning } = photo;
    const file = await this.#sources[photo.source]?.read(key);
    if (file === undefined) return failedEntry(photo, { input, state }, "GONE", `${input}: ${GONE}`);
    if (file.identity !== identity) {
      return failedEntry(photo, { input, state }, "CHANGED", `${input}: ${CHANGED}`);
    }
    let written: { readonly bytes: number; readonly sha256: string } | undefined;
    const format = formatNamed(this.#plan.settings.format);
    const request = { source: new PipedFile(input, file.bytes), output, format };
    const applied = await makePhoto(warning === undefined ? request : { ...request, warning }, {
      ...this.#settings,
      write: async (_, bytes) => {
        await this.#destination.write(output, bytes);
        written = { bytes: bytes.length, sha256: sha256(bytes) };
      },
    });
    const { warnings, ...facts } = applied;
    const { bytes = 0, sha256: hash = "" } = written ?? {};
    return {
      ...{ output, state, status: "written", bytes, sha256: hash, ...facts },
      ...(warnings.length > 0 && { warnings }),
    };
  }
}

const GONE = "expected the photo of the plan, received nothing of that name. Plan again.";
const CHANGED =
  "expected the photo of the plan, received another one: it was changed since. Plan again, which takes it as it is.";
const OTHER_VERSIONS =
  "expected the versions that the plan was made with, received others, which may write other bytes: install the same " +
  "synthconv-batch and image library on every machine (the manifest's `encoder` lists them), or plan again from here";
