/**
 * Bytes as text that stands behind the # of a URL, and tells by itself that it was cut or changed:
 *
 *     look1.<base64url of: CRC-32C of what follows (4 bytes, big-endian), length of the rest (LEB128), the rest>
 *
 * 1 is the version. base64url (RFC 4648 section 5, without padding) and the dot survive mail, chats and percent-encoding.
 */
import { check } from "../../core/arguments.js";
import { FormatError, ValueError, VersionError } from "../../core/errors.js";
import { STRING } from "../../core/kinds.js";
import { crc32c } from "../../format/index.js";
import { ByteReader, ByteWriter } from "./bytes.js";

export const LINK_VERSION = 1;

/** Of a link's text. Browsers take more behind a #; Safari stops at 80,000 in what people paste. */
export const MAX_LINK_CHARACTERS = 65_536;

const BEGINNING = /^look(\d{1,9})\./;
const BASE64URL = /^[A-Za-z0-9_-]*$/;
const CRC_BYTES = 4;
/** A checksum and a length; bodies are longer than a length. */
const LEAST_BYTES = 8;

/** @throws {ValueError} when the text would be longer than {@link MAX_LINK_CHARACTERS}. */
export function seal(body: Uint8Array): string {
  const rest = new ByteWriter();
  rest.varint(body.length);
  rest.bytes(body);
  const sealed = new ByteWriter();
  sealed.uint32(checksum(LINK_VERSION, rest.result()));
  sealed.bytes(rest.result());
  const text = `look${LINK_VERSION}.${toBase64Url(sealed.result())}`;
  if (text.length <= MAX_LINK_CHARACTERS) return text;
  throw new ValueError({
    where: "lookToLink",
    expected: `a look whose link has at most ${MAX_LINK_CHARACTERS} characters`,
    received: `one of ${text.length}`,
    repair: "Freeze it at one setting with settings or style, or pass the look's file on.",
  });
}

/**
 * @param text a link, with or without what stands before its #; blanks and line breaks are left out.
 * @throws {FormatError} when it is none, was cut off or changed; {VersionError} when a newer build wrote it.
 */
export function unseal(text: string): Uint8Array {
  const link = linkIn(text);
  const version = BEGINNING.exec(link)?.[1] ?? refuseText(link);
  const written = link.slice(`look${version}.`.length);
  if (Number(version) > LINK_VERSION) throw new VersionError("link", Number(version), LINK_VERSION);
  const bytes = fromBase64Url(written);
  const reader = new ByteReader(bytes, "link");
  if (bytes.length < LEAST_BYTES) refuseCut(bytes.length, LEAST_BYTES);
  const expected = reader.uint32();
  const rest = bytes.subarray(CRC_BYTES);
  const length = reader.varint();
  if (reader.left < length) refuseCut(bytes.length, bytes.length - reader.left + length);
  if (reader.left > length || checksum(Number(version), rest) !== expected) {
    throw new FormatError({
      where: "link",
      expected: "a link as it was made",
      received: reader.left > length ? "one with more at its end" : "one in which characters were changed",
      repair: "Copy it again from where it came, as a whole.",
    });
  }
  return bytes.subarray(bytes.length - length);
}

/** True for text in which a link is looked for: it begins as one, or has one behind a #. */
export function isLink(text: string): boolean {
  check("isLink", "text", text, STRING);
  return BEGINNING.test(linkIn(text.slice(0, 4096)));
}

function linkIn(text: string): string {
  return text.slice(text.indexOf("#") + 1).replace(/\s+/g, "");
}

/** The version is in it, so that one that was changed is noticed. */
function checksum(version: number, rest: Uint8Array): number {
  const all = new ByteWriter();
  all.varint(version);
  all.bytes(rest);
  return crc32c(all.result());
}

function refuseText(link: string): never {
  throw new FormatError({
    where: "link",
    expected: "the link of a look, #look1. and then letters and digits",
    received: link === "" ? "nothing" : JSON.stringify(link.length > 24 ? `${link.slice(0, 24)}...` : link),
    repair: "Looks are shared by lookToLink and the studio.",
  });
}

function refuseCut(received: number, whole: number): never {
  const characters = (bytes: number): number => Math.ceil((bytes * 4) / 3);
  throw new FormatError({
    where: "link",
    expected: `${characters(whole)} characters behind the dot`,
    received: `${characters(received)}: it was cut off`,
    repair: "Copy it again from where it came, as a whole.",
  });
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64Url(text: string): Uint8Array {
  if (text.length > MAX_LINK_CHARACTERS) {
    throw new FormatError({
      where: "link",
      expected: `at most ${MAX_LINK_CHARACTERS} characters`,
      received: String(text.length),
    });
  }
  if (!BASE64URL.test(text)) {
    const at = [...text].findIndex((character) => !BASE64URL.test(character));
    throw new FormatError({
      where: "link",
      expected: "letters, digits, - and _ behind the dot",
      received: `${JSON.stringify([...text][at])} as character ${at + 1}`,
      repair: "Copy the link alone, without what stands around it.",
    });
  }
  // A single character left over holds no byte: the text ends within one.
  const whole = text.length % 4 === 1 ? text.slice(0, -1) : text;
  const binary = atob(whole.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
