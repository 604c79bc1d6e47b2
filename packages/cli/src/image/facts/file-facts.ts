/**
 * What a file says of itself that the image library does not tell. The reader of each format reads the file's
 * structure once, without decoding a pixel.
 */
import type { ColourTag } from "../colour-tag.js";
import type { Density } from "../density.js";

export interface FileFacts {
  /** EXIF that the library does not find, as a separate block. */
  readonly exif?: Buffer | undefined;
  /** The libjpeg quality, estimated from the tables of a JPEG. */
  readonly jpegQuality?: number | undefined;
  readonly losslessWebp?: boolean;
  /** How its pixels are stored, where the image library does not read that. */
  readonly unread?: UnreadStorage | undefined;
  /** The first picture is a smaller version of another one, or not developed: how camera raw files begin. */
  readonly isRaw?: boolean;
  readonly channels?: ChannelLayout;
  /** What it says of its colours beside an ICC profile. */
  readonly tag?: ColourTag | undefined;
  /** Whether it has a place for an ICC profile that something lies in. */
  readonly hasProfile?: boolean;
  /** Whether it describes colours in a way that is not read. */
  readonly unreadColours?: boolean;
  readonly density?: Density | undefined;
  /** Pictures one after the other, to be shown as a film. */
  readonly frames?: number;
  /** Pictures beside each other, of which one is read. */
  readonly pictures?: number;
  /** Of a JPEG: how often it goes over the picture. */
  readonly scans?: number;
  readonly parts?: readonly CarriedPart[];
  /** What is lost, a sentence each. */
  readonly warnings?: readonly string[];
}

/** For the message that refuses the file. */
export interface UnreadStorage {
  readonly expected: string;
  readonly received: string;
  readonly repair: string;
}

/** Bytes that only a file of the same format takes, as they are. */
export interface CarriedPart {
  readonly kind: "comment" | "text" | "extended XMP";
  /** In a sentence. */
  readonly what: string;
  readonly bytes: Buffer;
}

/** The samples of a pixel, in the file's order: first the colours, then the others. */
export interface ChannelLayout {
  readonly colours: number;
  /** TIFF's kind of every sample beyond the colours: 0 unspecified, 1 associated alpha, 2 unassociated alpha. */
  readonly beyond: readonly number[];
  /** Where the file says so: two bytes per kind. */
  readonly beyondAt: number | undefined;
  /** Each channel in its own plane. */
  readonly planar: boolean;
  /** Four inks that are not cyan, magenta, yellow and black, or more than four. */
  readonly otherInks: boolean;
}

/** TIFF's kinds of alpha: colours are multiplied by it, or not. */
export const ASSOCIATED = 1;
export const UNASSOCIATED = 2;
