// Reads what a workbook says, without a library: the names of its sheets and all
// its text.
import { inflateRawSync } from "node:zlib";

/** The files of a ZIP archive by name. */
function unzip(bytes) {
  const end = bytes.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  if (bytes.subarray(0, 2).toString("latin1") !== "PK" || end < 0) throw new Error("this is no ZIP archive, so no workbook");
  const files = new Map();
  let at = bytes.readUInt32LE(end + 16);
  for (let n = bytes.readUInt16LE(end + 10); n > 0; n--) {
    const [method, packed, nameLength, extra, comment, local] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20), bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30), bytes.readUInt16LE(at + 32), bytes.readUInt32LE(at + 42)];
    const name = bytes.subarray(at + 46, at + 46 + nameLength).toString("utf8");
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const data = bytes.subarray(start, start + packed);
    files.set(name, method === 0 ? data : inflateRawSync(data));
    at += 46 + nameLength + extra + comment;
  }
  return files;
}

const plain = (xml) => xml.replace(/<[^>]*>/g, " ").replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&#39;|&apos;/g, "'").replace(/&amp;/g, "&");

export function textOfXLSX(bytes) {
  const files = unzip(bytes);
  const book = files.get("xl/workbook.xml")?.toString("utf8") ?? "";
  const sheets = [...book.matchAll(/<sheet [^>]*name="([^"]*)"/g)].map((m) => m[1]);
  const text = [...files].filter(([name]) => /^xl\/(worksheets\/|sharedStrings)/.test(name)).map(([, data]) => plain(data.toString("utf8"))).join("\n");
  return { sheets, text };
}
