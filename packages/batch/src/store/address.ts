/** `s3://...`, and not a path; a drive's letter is one letter. */
export function isAddress(text: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(text);
}
