package extract

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

const (
	maxTagBytes = 16 << 20 // one tag or one piece of text
	// mainEnough is the length in runes from which a main part is taken to be
	// the whole text of a page.
	mainEnough = 200
)

var (
	charsetOf = regexp.MustCompile(`(?i)<(?:meta[^>]+charset|\?xml[^>]+encoding)\s*=\s*["']?\s*([a-z0-9_:.-]+)`)
	emptyLine = regexp.MustCompile(`\n[ \t\r\n]*\n`)
)

// readHTML reads a web page. It works on the tags as they come and keeps no tree:
// a tree can be made to grow a thousand times larger than its file.
func readHTML(b *builder, data []byte, _ Options) error {
	declared := ""
	if m := charsetOf.FindSubmatch(data[:min(len(data), 4096)]); m != nil {
		declared = string(m[1])
	}
	s, err := decode(b, data, declared)
	if err != nil {
		return err
	}
	w := &page{b: b, count: map[string]int{}}
	if err := w.read(s); err != nil {
		return err
	}
	b.text.Title, b.text.Lang = w.title, w.lang
	all := w.out
	if inMain := runesOf(all, w.isMain); inMain >= mainEnough && inMain < runesOf(all, nil) {
		all = selectDrafts(all, w.isMain)
		b.note("Only the main part of the page was read.")
	}
	if w.deleted > 0 {
		b.note("%d deleted passages were left out.", w.deleted)
	}
	return b.addAll(all)
}

func runesOf(ds []draft, keep []bool) int {
	n := 0
	for i, d := range ds {
		if keep == nil || keep[i] {
			n += utf8.RuneCountInString(clean(d.text))
		}
	}
	return n
}

func selectDrafts(ds []draft, keep []bool) []draft {
	var out []draft
	for i, d := range ds {
		if keep[i] {
			out = append(out, d)
		}
	}
	return out
}

// read follows the tags of a page.
func (w *page) read(s string) error {
	z := html.NewTokenizer(&checked{r: strings.NewReader(s), ctx: w.b.ctx})
	z.SetMaxBuf(maxTagBytes)
	inTitle := false
	for {
		switch tt := z.Next(); tt {
		case html.ErrorToken:
			err := z.Err()
			if errors.Is(err, io.EOF) {
				if err := w.closeTo(0); err != nil {
					return err
				}
				return w.flush()
			}
			if errors.Is(err, html.ErrBufferExceeded) {
				return invalid("the page holds a tag or a piece of text larger than 16 MB", "split the file")
			}
			return err
		case html.TextToken:
			text := z.Text()
			switch {
			case w.silent > 0:
			case inTitle:
				if w.title == "" {
					w.title = string(text)
				}
			default:
				if err := w.write(text); err != nil {
					return err
				}
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			inTitle = t.Data == "title" && w.silent == 0
			if err := w.start(t, tt == html.SelfClosingTagToken); err != nil {
				return err
			}
		case html.EndTagToken:
			inTitle = false
			name, _ := z.TagName()
			if err := w.end(string(bytes.ToLower(name))); err != nil {
				return err
			}
		}
	}
}

// write adds text; white space is one space, except in verbatim elements.
func (w *page) write(text []byte) error {
	if w.size += len(text); w.size > 4*w.b.o.MaxRunes+1<<20 {
		return tooLong(w.b.o.MaxRunes)
	}
	if w.count["pre"]+w.count["listing"]+w.count["xmp"] > 0 {
		w.buf.Write(text)
		return nil
	}
	for _, c := range text {
		if c == '\n' || c == '\r' {
			c = ' '
		}
		w.buf.WriteByte(c)
	}
	return nil
}

// flush ends the paragraph that is being written.
func (w *page) flush() error {
	text := w.buf.String()
	if strings.TrimSpace(text) == "" {
		w.buf.Reset()
		return nil
	}
	w.buf.Reset()
	if err := w.b.ctx.Err(); err != nil {
		return err
	}
	for _, part := range emptyLine.Split(text, -1) { // two <br>
		if strings.TrimSpace(part) == "" {
			continue
		}
		if w.pieces++; w.pieces > cellsPerRow*w.b.o.MaxParagraphs {
			return w.b.tooMany()
		}
		d := draft{text: part, heading: w.heading}
		if w.label != "" {
			d.text, d.label = w.label+" "+strings.TrimSpace(part), strings.TrimRight(w.label, "•")
			w.label = ""
		}
		w.emit(d)
	}
	return nil
}

// emit gives paragraphs to the cell that is open, else to the page.
func (w *page) emit(ds ...draft) {
	if r := w.row(); r != nil && len(r.cells) > 0 {
		last := len(r.cells) - 1
		r.cells[last] = append(r.cells[last], ds...)
		return
	}
	w.out = append(w.out, ds...)
	for range ds {
		w.isMain = append(w.isMain, w.main > 0)
	}
}
