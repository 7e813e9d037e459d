package extract

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"entente"
)

// The hard limits. Options may lower them and never raise them.
const (
	MaxBytes      = 50 << 20   // bytes of a file
	MaxRunes      = 20_000_000 // runes of the text
	MaxParagraphs = 100_000
	MaxTimeout    = 10 * time.Minute
)

// defaultTimeout is how long one file may take when Options do not say.
const defaultTimeout = time.Minute

// Options steer an extraction. The zero value detects the format and applies the
// hard limits and a timeout of one minute.
type Options struct {
	// Media is the format that the caller knows the file to have, one of the
	// Media constants; "" detects it.
	Media string
	// Timeout bounds the time of one file, up to MaxTimeout.
	Timeout time.Duration
	// PDFToText is the path of poppler's pdftotext; "" looks on PATH.
	PDFToText string
	// MaxBytes, MaxRunes and MaxParagraphs lower the hard limits; 0 keeps them.
	MaxBytes, MaxRunes, MaxParagraphs int
}

// Text is what was read from a file.
type Text struct {
	Media      string // one of the Media constants
	Title      string // as the file says, "" when it does not
	Lang       string // a language tag as the file says, "" when it does not
	Paragraphs []Paragraph
	Plain      string // the paragraphs, parted by "\n\n"
	Hash       string // SHA-256 of Plain, in hexadecimal
	Original   string // SHA-256 of the file's bytes, in hexadecimal
	Pages      int    // number of pages, 0 when the format has none
	Turns      []Turn // pages that begin inside a paragraph, in order
	Notes      []string
}

// Paragraph is one paragraph of a text.
type Paragraph struct {
	Number     int    // 1, 2, 3 … in reading order; it never depends on the printed number
	Start, End int    // rune offsets into Plain, half open
	Page       int    // the page on which it begins, 0 when unknown
	Label      string // the printed number that it begins with: "12.", "(a)"
	Mark       string // the mark of a foot- or endnote: "3"
	Heading    bool
	Text       string // Plain[Start:End] in runes
}

// Turn says that a page begins inside a paragraph.
type Turn struct {
	Offset int // rune offset into Plain, exact to one rune
	Page   int
}

// Extract reads the text of a file. The name serves messages and, where the
// content leaves it open, the detection of the format; it may be empty. The
// context and Options.Timeout bound the time.
//
// Errors are [entente.Error]s with name as the place: Invalid when the file is
// too large, damaged, hostile, of another format than its name or without any
// text; Unavailable when pdftotext is not installed or the time ran out.
func Extract(ctx context.Context, name string, data []byte, o Options) (*Text, error) {
	o, err := o.checked()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	t, err := extract(ctx, data, name, o)
	if err != nil {
		return nil, placed(err, name)
	}
	return t, nil
}

func extract(ctx context.Context, data []byte, name string, o Options) (*Text, error) {
	switch {
	case len(data) == 0:
		return nil, invalid("the file is empty", "choose a file that holds text")
	case len(data) > o.MaxBytes:
		return nil, invalid(fmt.Sprintf("the file has %d bytes, more than the limit of %d", len(data), o.MaxBytes), "split it, or save it without pictures")
	}
	media, err := detect(ctx, name, data, o.Media)
	if err != nil {
		return nil, err
	}
	b := newBuilder(ctx, o)
	b.text.Media = media
	if err := readers[media](b, data, o); err != nil {
		return nil, err
	}
	t, err := b.finish()
	if err != nil {
		return nil, err
	}
	t.Original = digest(data)
	return t, nil
}

// readers holds one reader for each format.
var readers = map[string]func(*builder, []byte, Options) error{
	MediaPDF:      readPDF,
	MediaDOCX:     readDOCX,
	MediaHTML:     readHTML,
	MediaMarkdown: readMarkdown,
	MediaText:     readPlain,
}

// checked fills in the limits that are not set and refuses impossible ones.
func (o Options) checked() (Options, error) {
	if _, ok := readers[o.Media]; o.Media != "" && !ok {
		return o, invalid(fmt.Sprintf("the format %q is not read", o.Media), "use a PDF, DOCX, HTML, Markdown or plain text file")
	}
	for _, l := range []struct {
		name string
		at   *int
		most int
	}{{"MaxBytes", &o.MaxBytes, MaxBytes}, {"MaxRunes", &o.MaxRunes, MaxRunes}, {"MaxParagraphs", &o.MaxParagraphs, MaxParagraphs}} {
		if *l.at < 0 || *l.at > l.most {
			return o, invalid(fmt.Sprintf("%s is %d", l.name, *l.at), fmt.Sprintf("set it to 1 to %d, or to 0 for %d", l.most, l.most))
		}
		if *l.at == 0 {
			*l.at = l.most
		}
	}
	if o.Timeout < 0 || o.Timeout > MaxTimeout {
		return o, invalid(fmt.Sprintf("Timeout is %v", o.Timeout), fmt.Sprintf("set it to at most %v, or to 0 for %v", MaxTimeout, defaultTimeout))
	}
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	return o, nil
}

const op = "extract text"

// invalid is a fault of the file or of a setting; the place is added by Extract.
func invalid(msg, hint string) *entente.Error {
	return &entente.Error{Kind: entente.Invalid, Op: op, Msg: msg, Hint: hint}
}

// damaged is a file of a known format that cannot be read.
func damaged(what string, err error) error {
	e := invalid(what+" is damaged", "open it in its program, save it again and upload that")
	e.Err = err
	return e
}

// placed adds the file's name to an error, and turns an ended context into
// words.
func placed(err error, name string) error {
	if name == "" {
		name = "the text"
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &entente.Error{Kind: entente.Unavailable, Op: op, Place: name, Msg: "reading took too long", Hint: "split the file, or save it in a simpler format", Err: err}
	}
	if errors.Is(err, context.Canceled) {
		return &entente.Error{Kind: entente.Unavailable, Op: op, Place: name, Msg: "reading was stopped", Hint: "start it again", Err: err}
	}
	if e, ok := errors.AsType[*entente.Error](err); ok {
		c := *e
		c.Place = name
		return &c
	}
	return &entente.Error{Kind: entente.Internal, Op: op, Place: name, Msg: "the text could not be read", Err: err}
}

func digest[T string | []byte](data T) string {
	sum := sha256.Sum256([]byte(data))
	return hex.EncodeToString(sum[:])
}
