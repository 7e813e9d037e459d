package extract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"entente"
)

const (
	maxPDFOutput = 1 << 30 // bytes that pdftotext may write; some 110 for each word
	maxPages     = 20_000
)

// readPDF reads the text layer of a PDF with poppler's pdftotext, which gives
// every word its place on the page, and finds paragraphs from the places.
func readPDF(b *builder, data []byte, o Options) error {
	tool := o.PDFToText
	if tool == "" {
		var err error
		if tool, err = exec.LookPath("pdftotext"); err != nil {
			return noTool(err)
		}
	}
	doc, faults, err := runPDFToText(b.ctx, tool, data, o.MaxRunes)
	if err != nil {
		return err
	}
	b.text.Pages = len(doc.pages)
	b.text.Title = doc.title
	b.text.Lang = pdfLanguage(b.ctx, data)
	noteFurniture(b, dropFurniture(doc))
	if err := noteEmptyPages(b, doc); err != nil {
		return err
	}
	if faults != "" {
		b.note("The PDF has faults, so text may be missing; pdftotext says: %s", faults)
	}
	return layOut(b, doc)
}

func noTool(err error) error {
	return &entente.Error{Kind: entente.Unavailable, Op: op, Msg: "a PDF needs the program pdftotext, which is not installed", Hint: "install poppler-utils, or upload the text as DOCX, HTML or plain text", Err: err}
}

// runPDFToText gives the file to the program on its standard input and reads its
// answer as it comes: no shell, no file, no environment but the path.
func runPDFToText(ctx context.Context, tool string, data []byte, maxRunes int) (*pdfDoc, string, error) {
	running, stop := context.WithCancel(ctx)
	defer stop()
	cmd := exec.CommandContext(running, tool, "-bbox-layout", "-enc", "UTF-8", "-", "-")
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C"}
	cmd.Stdin = bytes.NewReader(data)
	cmd.WaitDelay = 2 * time.Second
	said := &firstBytes{limit: 4 << 10}
	cmd.Stderr = said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, "", err
	}
	if err := cmd.Start(); err != nil {
		return nil, "", noTool(err)
	}
	limited := &io.LimitedReader{R: out, N: maxPDFOutput}
	doc, readErr := parseLayout(limited, maxRunes)
	if readErr != nil || limited.N <= 0 {
		stop() // it would wait for its reader for ever
	}
	waitErr := cmd.Wait()
	switch {
	case ctx.Err() != nil:
		return nil, "", ctx.Err()
	case readErr != nil:
		return nil, "", readErr
	case limited.N <= 0:
		return nil, "", tooLong(maxRunes)
	case waitErr != nil:
		return nil, "", pdfFailure(said.String(), waitErr)
	}
	return doc, firstFault(said.String()), nil
}

// pdfFailure says why the program gave up.
func pdfFailure(said string, err error) error {
	low := strings.ToLower(said)
	if strings.Contains(low, "incorrect password") || strings.Contains(low, "encrypt") {
		return invalid("the PDF is locked with a password", "save it without a password")
	}
	if strings.Contains(low, "not allowed") {
		return invalid("the PDF forbids taking text out of it", "ask its author for another copy, or save it without the restriction")
	}
	if fault := firstFault(said); fault != "" {
		err = errors.New(fault)
	}
	return damaged("the PDF", err)
}

// firstFault is the first error in what the program said; warnings do not count.
func firstFault(said string) string {
	for l := range strings.SplitSeq(said, "\n") {
		if strings.Contains(l, "Error") {
			return clip(strings.ReplaceAll(clean(l), "\n", " "), 200)
		}
	}
	return ""
}

// noteEmptyPages refuses a PDF without text and names pages without any.
func noteEmptyPages(b *builder, doc *pdfDoc) error {
	if len(doc.pages) == 0 {
		return damaged("the PDF", errors.New("it has no pages"))
	}
	var empty []int
	letters, unknown := 0, 0
	for i, p := range doc.pages {
		if len(p.lines) == 0 {
			empty = append(empty, i+1)
		}
		for _, l := range p.lines {
			for _, r := range l.text {
				switch {
				case r == utf8.RuneError || unicode.Is(unicode.Co, r) && substitutes[r] == "":
					unknown++
				case unicode.IsLetter(r):
					letters++
				}
			}
		}
	}
	if letters == 0 && unknown == 0 {
		return invalid("the PDF has no text layer: its pages are pictures, as of a scan", "run text recognition (OCR) on it first, or upload the text")
	}
	if len(empty) > 0 {
		b.note("No text on %s: pictures, or empty.", pageList(empty))
	}
	if unknown*20 > letters {
		b.note("Many characters of the PDF do not say which letters they are; the text may be unreadable.")
	}
	return nil
}

// pageList writes pages as "pages 1, 3–5".
func pageList(pages []int) string {
	slices.Sort(pages)
	var parts []string
	for i := 0; i < len(pages); {
		j := i
		for j+1 < len(pages) && pages[j+1] == pages[j]+1 {
			j++
		}
		if j > i {
			parts = append(parts, fmt.Sprintf("%d–%d", pages[i], pages[j]))
		} else {
			parts = append(parts, fmt.Sprint(pages[i]))
		}
		i = j + 1
	}
	word := "pages "
	if len(pages) == 1 {
		word = "page "
	}
	return clip(word+strings.Join(parts, ", "), 200)
}

// firstBytes keeps what is written first and forgets the rest.
type firstBytes struct {
	buf   bytes.Buffer
	limit int
}

func (f *firstBytes) Write(p []byte) (int, error) {
	if room := f.limit - f.buf.Len(); room > 0 {
		f.buf.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

func (f *firstBytes) String() string { return strings.ToValidUTF8(f.buf.String(), "\ufffd") }
