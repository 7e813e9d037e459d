// Package document holds a small tree of a written report (headings,
// paragraphs, lists, tables, notes) and renders it as Markdown, as one
// stand-alone HTML page and as DOCX with true footnotes.
//
// It knows nothing of the rest of the module: whoever has findings builds a
// [Document] with the helpers [P], [H], [Bullets], [R], [Fn] …, calls
// [Document.Validate], and hands it to [WriteMarkdown], [WriteHTML] or
// [WriteDOCX].
//
// Three promises hold for every writer:
//
//   - The same document gives the same bytes: no clock, no random identifiers.
//   - Text is only ever text. Markup in it is escaped, characters that XML 1.0
//     forbids are dropped, a link with an unsafe scheme becomes plain text.
//   - Footnotes carry the same numbers in every format, in reading order:
//     metadata first, then block by block; in a table the caption, the header
//     row, then the rows.
package document
