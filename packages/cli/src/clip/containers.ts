/** The containers of clips. Another that is written is one row. */
import { displayPath } from "synthconv/internal/node";
import type { FilePath } from "synthconv/node";
import { alternatives } from "../alternatives.js";
import {
  type ContainerSounds,
  MATROSKA_SOUNDS,
  MP4_SOUNDS,
  QUICKTIME_SOUNDS,
  WEBM_SOUNDS,
} from "./sounds.js";

export interface ClipContainer {
  /** ffmpeg's name of what writes it. */
  readonly name: string;
  readonly title: string;
  /** In lower case, without the dot; the usual one first. */
  readonly extensions: readonly string[];
  /** Names of codecs.ts; the first where the clip's own does not fit. */
  readonly codecs: readonly string[];
  readonly sounds: ContainerSounds;
  /** The subtitles that it takes as they are, and what others become that are text. */
  readonly subtitles: { readonly codec: string; readonly takes: readonly string[] };
  /** Whether it says by how much a picture is turned. */
  readonly holdsRotation: boolean;
  readonly holdsAttachments: boolean;
  /** Of the writer. */
  readonly options: readonly string[];
}

const MOVIE = {
  holdsRotation: true,
  holdsAttachments: false,
  subtitles: { codec: "mov_text", takes: ["mov_text", "dvd_subtitle"] },
  // The index before the pictures: a player can start before all is loaded.
  options: ["-movflags", "+faststart"],
} as const;

export const CLIP_CONTAINERS: readonly ClipContainer[] = [
  {
    name: "mp4",
    title: "MP4",
    extensions: ["mp4", "m4v"],
    codecs: ["h264", "hevc", "av1", "vp9"],
    sounds: MP4_SOUNDS,
    ...MOVIE,
  },
  {
    name: "mov",
    title: "QuickTime",
    extensions: ["mov"],
    codecs: ["h264", "hevc", "prores"],
    sounds: QUICKTIME_SOUNDS,
    ...MOVIE,
  },
  {
    name: "matroska",
    title: "Matroska",
    extensions: ["mkv"],
    codecs: ["h264", "hevc", "av1", "vp9", "ffv1", "prores"],
    sounds: MATROSKA_SOUNDS,
    subtitles: {
      codec: "subrip",
      takes: ["subrip", "ass", "ssa", "webvtt", "hdmv_pgs_subtitle", "dvd_subtitle", "dvb_subtitle"],
    },
    holdsRotation: false,
    holdsAttachments: true,
    options: [],
  },
  {
    name: "webm",
    title: "WebM",
    extensions: ["webm"],
    codecs: ["vp9", "av1"],
    sounds: WEBM_SOUNDS,
    subtitles: { codec: "webvtt", takes: ["webvtt"] },
    holdsRotation: false,
    holdsAttachments: false,
    options: [],
  },
];

/** Read, and written as Matroska. */
const READ_ONLY: readonly string[] = [
  ...["avi", "mts", "m2ts", "mpg", "mpeg", "wmv", "flv", "mxf", "3gp", "ogv", "vob", "dv"],
];

const MATROSKA = CLIP_CONTAINERS.find(({ name }) => name === "matroska") as ClipContainer;

/** `.mp4, .mov, .mkv or .webm`. */
export const CLIP_EXTENSIONS: string = alternatives(
  CLIP_CONTAINERS.map(({ extensions }) => `.${extensions[0]}`),
);

function extensionOf(path: FilePath): string {
  const name = displayPath(path);
  return name.slice(name.lastIndexOf(".") + 1).toLowerCase();
}

/** The container that an output's name asks for; undefined where it is no clip's. */
export function containerOfName(path: FilePath): ClipContainer | undefined {
  return CLIP_CONTAINERS.find(({ extensions }) => extensions.includes(extensionOf(path)));
}

/** Whether a name is a clip's, of those that are written or of others. */
export function isClipName(path: FilePath): boolean {
  return containerOfName(path) !== undefined || READ_ONLY.includes(extensionOf(path));
}

/** What a clip of this name is written as, where nobody says. */
export function usualContainer(path: FilePath): ClipContainer {
  return containerOfName(path) ?? MATROSKA;
}
