/** What the colours of a photo mean, before they are decoded: by its profile, its tags, or what is said of it. */
import type { ColourSpace } from "synthconv/look";
import { ADOBE_RGB, type ColourTag, formulaSpaceOf, PROPHOTO_RGB, rgbSpaceOf } from "./colour-tag.js";
import {
  isSame,
  type LookColours,
  type RgbSpace,
  SRGB_COLOURS,
  type TwoWaySpace,
} from "./colour-transform.js";
import type { Curve } from "./icc/curve.js";
import type { TableSpace } from "./icc/table-space.js";
import { type IccProfile, readIccProfile } from "./icc-profile.js";
import { iccProfileOf } from "./icc-writer.js";
import type { PhotoHeader } from "./photo-header.js";

/** What a look reads and writes, and what photos are that do not say it. */
export interface PhotoColours extends LookColours {
  /** Of photos without a profile or a tag; undefined where nobody said it: then sRGB. */
  readonly untagged?: ColourSpace | undefined;
}

/** How the samples of a file become RGB with a known meaning. */
export interface ColourPlan {
  /** Whether the image library converts to sRGB through the embedded profile. */
  readonly convert: boolean;
  readonly greyCurve?: Curve;
  /** Of the samples, once they are RGB; and of those that are written. */
  readonly space: RgbSpace | TableSpace;
  readonly written: RgbSpace | TwoWaySpace;
  readonly writeIcc: Buffer | "srgb" | undefined;
  readonly warning?: string;
}

const SRGB = rgbSpaceOf(SRGB_COLOURS.reads);

export function planColours(header: PhotoHeader, colours: PhotoColours): ColourPlan {
  const { mode, metadata, tag } = header;
  if (mode === "cmyk" || mode === "lab") return { convert: true, ...as(SRGB), writeIcc: "srgb" };
  const icc = tag?.overIcc === true ? undefined : metadata.icc;
  if (icc === undefined) return planTag(tag, mode, colours);
  const profile = readIccProfile(icc);
  if (!fits(profile, mode)) {
    const plan = planTag(tag, mode, colours);
    const instead =
      tag === undefined
        ? `its colours are taken as ${untagged(colours).title}`
        : `its ${tag.name} counts instead`;
    const reason = profile?.kind === "unread" ? ` (${profile.reason})` : "";
    return { ...plan, warning: `its colour profile cannot be read${reason} and is dropped; ${instead}` };
  }
  if (profile.kind === "matrix") return { convert: false, ...as(profile), writeIcc: icc };
  if (profile.kind === "table") return planTables(profile.space, icc, header.depth);
  return { convert: false, ...as(SRGB), greyCurve: profile.curve, writeIcc: "srgb" };
}

/** Scanners' profiles, mostly, lead from their RGB and not back. */
function planTables(space: TableSpace, icc: Buffer, depth: PhotoHeader["depth"]): ColourPlan {
  if (isTwoWay(space)) return { convert: false, ...as(space), writeIcc: icc };
  const written = depth === 8 ? ADOBE_RGB : PROPHOTO_RGB;
  const warning = `its colour profile does not lead back to its RGB: it is written in ${written.name}`;
  return { convert: false, space, written, writeIcc: iccProfileOf(written), warning };
}

function isTwoWay(space: TableSpace): space is TwoWaySpace {
  return space.fromLight !== undefined;
}

function as<Space>(space: Space): { readonly space: Space; readonly written: Space } {
  return { space, written: space };
}

/** A tag that one format knows becomes a profile, which all know. */
function planTag(tag: ColourTag | undefined, mode: PhotoHeader["mode"], colours: PhotoColours): ColourPlan {
  if (tag === undefined) return planUntagged(colours);
  const { space } = tag;
  if (space === undefined) return { convert: false, ...as(SRGB), writeIcc: undefined };
  if (mode === "grey") return { convert: false, ...as(SRGB), greyCurve: space.curves[0], writeIcc: "srgb" };
  const isSrgb = isSame(space, SRGB_COLOURS.reads);
  return { convert: false, ...as(space), writeIcc: isSrgb ? undefined : iccProfileOf(space) };
}

/** What a look converts (from a logarithm to a display, say) stays converted where the photo says nothing else. */
function planUntagged(colours: PhotoColours): ColourPlan {
  const { reads, writes } = colours;
  const own = untagged(colours);
  const isGuess = colours.untagged === undefined && reads !== SRGB_COLOURS.reads;
  const plan = {
    convert: false,
    ...as(rgbSpaceOf(own)),
    ...(isGuess && { warning: guessOf(reads) }),
  };
  if (reads === writes) return { ...plan, writeIcc: undefined };
  const profile = writes === SRGB_COLOURS.writes ? undefined : formulaSpaceOf(writes);
  return { ...plan, written: rgbSpaceOf(writes), writeIcc: profile && iccProfileOf(profile) };
}

function untagged({ untagged: space = SRGB_COLOURS.reads }: PhotoColours): ColourSpace {
  return space;
}

function guessOf({ name, title }: ColourSpace): string {
  return (
    `it does not say what its colours are, and they are taken as sRGB; the look is made for ${title}: if they are that, ` +
    `give --input-space ${name}`
  );
}

/** Whether a profile says anything about the samples of this mode. */
function fits(
  profile: IccProfile | undefined,
  mode: PhotoHeader["mode"],
): profile is Exclude<IccProfile, { kind: "other" | "unread" }> {
  if (profile === undefined || profile.kind === "other" || profile.kind === "unread") return false;
  return (profile.kind === "grey") === (mode === "grey");
}
