package extract

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"regexp"
	"strings"

	"golang.org/x/text/encoding/unicode"
)

// The formats that are read.
const (
	MediaPDF      = "application/pdf"
	MediaDOCX     = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	MediaHTML     = "text/html"
	MediaMarkdown = "text/markdown"
	MediaText     = "text/plain"
)

// called is what the formats are called in messages.
var called = map[string]string{
	MediaPDF: "PDF", MediaDOCX: "Word (DOCX)", MediaHTML: "HTML", MediaMarkdown: "Markdown", MediaText: "plain text",
}

// extensions says which format the end of a name promises.
var extensions = map[string]string{
	".pdf": MediaPDF, ".docx": MediaDOCX, ".html": MediaHTML, ".htm": MediaHTML, ".xhtml": MediaHTML,
	".md": MediaMarkdown, ".markdown": MediaMarkdown, ".txt": MediaText, ".text": MediaText,
}

// refused are formats that are known and not read, by how their bytes begin.
var refused = []struct{ magic, what string }{
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word file (DOC), or a DOCX with a password"},
	{"{\\rtf", "RTF"},
	{"\x7fELF", "a program"},
	{"MZ", "a program"},
	{"\x89PNG", "a picture"},
	{"\xff\xd8\xff", "a picture"},
	{"GIF8", "a picture"},
	{"\x1f\x8b", "a compressed file (gzip)"},
	{"7z\xbc\xaf", "a compressed file (7z)"},
	{"Rar!", "a compressed file (RAR)"},
	{"%!PS", "PostScript"},
	{"SQLite format 3\x00", "a database"},
}

const readable = "save it as PDF, DOCX, HTML, Markdown or plain text"

// detect finds the format: by content, then, between plain text and Markdown
// and for fragments of HTML, by the name. A name that promises another format,
// and a format that the caller wants and the content is not, are errors.
func detect(ctx context.Context, name string, data []byte, want string) (string, error) {
	promised := extensions[strings.ToLower(path.Ext(name))]
	if want != "" {
		promised = want
	}
	found, err := sniff(ctx, data)
	if err != nil {
		return "", err
	}
	if found == MediaHTML && promised == MediaMarkdown && !htmlStart.Match(data[:min(len(data), 4096)]) {
		return MediaMarkdown, nil // it may begin with HTML
	}
	if found == "" { // text without marks of its own
		switch {
		case promised == MediaMarkdown:
			return MediaMarkdown, nil
		case promised == MediaHTML && anyTag.Match(data[:min(len(data), 1<<16)]):
			return MediaHTML, nil
		}
		found = MediaText
	}
	ext := strings.ToLower(path.Ext(name))
	says := called[promised]
	switch {
	case promised == "" && (ext == ".doc" || ext == ".rtf" || ext == ".odt"):
		says = ext[1:]
	case promised == found || promised == "":
		return found, nil
	}
	by := "the name says " + says
	if want != "" {
		by = "it was to be read as " + called[want]
	}
	return "", invalid(fmt.Sprintf("%s, but the content is %s", by, called[found]), "give the file the name that fits its content, or export it again")
}

var (
	htmlStart = regexp.MustCompile(`(?i)^(?:<\?xml[^>]*>|<!--(?:[^-]|-[^-])*-->|\s)*<(?:!doctype\s+html|html|head|body|title|meta)[\s>]`)
	fragment  = regexp.MustCompile(`(?i)^\s*<(?:p|div|h[1-6]|article|section|main|table|ul|ol|span|blockquote)(?:\s[^<>]*)?>`)
	anyTag    = regexp.MustCompile(`(?i)<(?:p|div|h[1-6]|br|b|i|em|strong|a|li|ul|ol|span|table|section|article)(?:\s[^<>]*)?/?>`)
)

// sniff tells the format by content: one of the Media constants, "" for text
// without marks of its own, or an error for what is not read.
func sniff(ctx context.Context, data []byte) (string, error) {
	for _, r := range refused {
		if bytes.HasPrefix(data, []byte(r.magic)) && (len(r.magic) > 2 || bytes.IndexByte(data[:min(len(data), 512)], 0) >= 0) {
			return "", invalid("the file is "+r.what+", which is not read", readable)
		}
	}
	// A PDF may carry up to 1024 bytes of junk before its header.
	if i := bytes.Index(data[:min(len(data), 1024)], []byte("%PDF-")); i >= 0 && (i == 0 || !isText(data[:i])) {
		return MediaPDF, nil
	}
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, []byte("PK\x05\x06")) {
		return MediaDOCX, whichArchive(ctx, data)
	}
	head := data[:min(len(data), 4096)]
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		head, _ = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(head[:len(head)&^1])
	} else if !isText(data) {
		return "", invalid("the file is not text: it holds too many control characters", readable)
	}
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	if htmlStart.Match(head) || fragment.Match(head) {
		return MediaHTML, nil
	}
	if bytes.HasPrefix(bytes.TrimSpace(head), []byte("<?xml")) {
		return "", invalid("the file is XML but not HTML", readable)
	}
	return "", nil
}

// isText tells whether at most one byte in a hundred is a control character
// that no text has (NUL among them).
func isText(data []byte) bool {
	odd := 0
	for _, c := range data {
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\v' && c != 0x1b && c != 0x1a {
			odd++
		}
	}
	return odd*100 <= len(data)
}
