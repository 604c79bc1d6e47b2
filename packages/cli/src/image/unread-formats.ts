/** Photos that a folder may hold and that are not read, by the extensions of their names: a search names them. */
const UNREAD_FORMATS: readonly (readonly [name: string, extensions: string])[] = [
  ["HEIC", "heic heif hif"],
  ["JPEG XL", "jxl"],
  [
    "camera raw",
    "3fr arw cr2 cr3 crw dcr dng erf iiq kdc mef mos mrw nef nrw orf pef raf raw rw2 rwl sr2 srf srw x3f",
  ],
  ["JPEG 2000", "jp2 j2k jpx jpf"],
  ["Photoshop", "psd psb"],
  ["OpenEXR", "exr"],
  ["Radiance HDR", "hdr"],
  ["BMP", "bmp dib"],
];

/** `HEIC`, `camera raw`; undefined for a name that is no photo's. */
export function unreadFormatOf(name: string): string | undefined {
  const dot = name.lastIndexOf(".");
  const extension = dot < 0 ? "" : name.slice(dot + 1).toLowerCase();
  return UNREAD_FORMATS.find(([, extensions]) => extensions.split(" ").includes(extension))?.[0];
}
