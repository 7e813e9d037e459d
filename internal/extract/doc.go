// Package extract turns an uploaded or pasted file into text with numbered
// paragraphs: PDF, DOCX, HTML, Markdown and plain text. The text is what a coder
// reads and what quotations are anchored in, so the same bytes always give the
// same text (for PDF: with the same release of pdftotext).
//
// # What is normalised, in every format
//
// Text is UTF-8 in Unicode normal form C. A run of white space of any kind
// becomes one space; a line break that the author set (a line of an address)
// stays a line feed; paragraphs are parted by one empty line. Soft hyphens,
// zero-width spaces, byte order marks, directional overrides and control
// characters are left out; the Latin ligatures of old fonts (U+FB00 to U+FB06)
// become letters.
//
// # What is left out, or put in
//
//   - DOCX: deleted text of tracked changes is left out and inserted text is
//     kept; so are both halves of a move. Comments, hidden text, headers and
//     footers are left out. Numbers that Word makes itself ("12.", "(a)") are
//     put in, since readers cite them. Foot- and endnotes stand at the end, with
//     their mark, "[3]", here and where they are referred to.
//   - HTML: scripts, styles, forms, navigation, what is hidden, and deleted text
//     are left out. When a page names its main part, only that part is read.
//   - PDF: bare page numbers and lines that repeat in the margin of at least
//     three pages and a fifth of all pages are left out. A line that ends in a
//     hyphen is joined without the hyphen only when the joined word stands
//     elsewhere in the document, or when neither half does.
//   - A row of a table is one paragraph, its cells parted by " | ", unless a
//     cell holds several paragraphs: then each is a paragraph of its own.
//
// Whatever a reader should know about a text (a guessed encoding, dropped heads,
// pages without text) is said in [Text.Notes].
package extract
