/** Requests about a look that there is: what of a photo is seen, what a photo becomes, what a look is taken away as. */
import type { ErrorStatistics, Knob, LookSchema, Settings, Style, StyleBlend } from "synthconv/look";
import type { FileRef, Picture } from "./training.js";

/** A look as it is set. */
export interface LookAsk {
  /** The look's file. */
  readonly bytes: Uint8Array;
  readonly values: Settings;
  /** 0 to 1. */
  readonly strength: number;
  /** Left out for the look's first style. */
  readonly style?: StyleBlend | undefined;
}

/** What a look can be asked for. */
export interface Controls {
  readonly knobs: readonly Knob[];
  readonly styles: readonly Style[];
}

export interface MergeAsk {
  /** Two or more, each as it is set; their names become those of the styles. */
  readonly looks: readonly { readonly name: string; readonly look: LookAsk }[];
}

export interface MergeAnswer {
  /** The look's file. */
  readonly bytes: Uint8Array;
  readonly schema: LookSchema;
}

/** A part of a photo, in the size that it is shown in. */
export interface CropAsk {
  readonly photo: FileRef;
  /** In pixels of the photo. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Of the picture; smaller than the part where the photo is shown smaller. */
  readonly outWidth: number;
  readonly outHeight: number;
}

export interface SizeAnswer {
  readonly width: number;
  readonly height: number;
  /** What was done to the photo on its way in, sentences for the person. */
  readonly notes: readonly string[];
}

export interface PaintAsk {
  readonly crop: CropAsk;
  readonly look: LookAsk;
}

export interface ExamineAsk {
  readonly before: Picture;
  /** The edit that the look was learned from, where there is one: the differences are to it, else to the photo before. */
  readonly edit: Picture | undefined;
  readonly look: LookAsk;
}

export interface Examination {
  /** CIEDE2000 as colours, dark for none. */
  readonly heat: Picture;
  /** What is clipped, and what the look never saw, in the marks' colours; else transparent. */
  readonly marks: Picture;
  readonly deltaE: ErrorStatistics;
  /** Shares of the pixels. */
  readonly clipped: number;
  /** undefined for a look that saw all colours, or does not say. */
  readonly unseen: number | undefined;
  /** Pixels by value, for red, green and blue after the look. */
  readonly histogram: readonly (readonly number[])[];
  /** Brightness over the columns of the picture: counts by column, then by level from dark to bright. */
  readonly waveform: readonly (readonly number[])[];
}

export interface ApplyAsk {
  readonly photo: FileRef;
  readonly look: LookAsk;
  /** Of a JPEG, 0 to 1. */
  readonly quality: number;
}

export interface AppliedPhoto {
  readonly name: string;
  readonly blob: Blob;
  /** What was done to the photo on its way in. */
  readonly notes: readonly string[];
}

export interface TakeAsk {
  readonly look: LookAsk;
  /** Of the file, without its extension. */
  readonly name: string;
  /** One of the answer's, or undefined for the list with its errors alone. */
  readonly target: string | undefined;
}

export interface TakeTarget {
  readonly id: string;
  readonly title: string;
  readonly extension: string;
  /** CIEDE2000 between the look and the file; null where the file holds the network itself. */
  readonly error: { readonly mean: number; readonly max: number } | null;
}

export interface TakeAnswer {
  readonly targets: readonly TakeTarget[];
  readonly file: { readonly name: string; readonly blob: Blob } | undefined;
}

export interface LinkAsk {
  readonly look: LookAsk;
  /** What stands before the #. */
  readonly base: string;
  /** With all its knobs, or as they are set. */
  readonly whole: boolean;
}

export interface UnlinkAnswer {
  /** The look's file. */
  readonly bytes: Uint8Array;
  /** 0 to 1. */
  readonly strength: number;
}

export interface LinkAnswer {
  readonly text: string;
  readonly deltaE: ErrorStatistics;
}
