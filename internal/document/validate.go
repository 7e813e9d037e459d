package document

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"slices"
	"strings"
)

// Problem is one fault of a document: where it is, what is wrong, and what to
// do about it.
type Problem struct{ Where, What, Mend string }

// Error implements error.
func (p *Problem) Error() string {
	return fmt.Sprintf("%s: %s; %s", p.Where, p.What, p.Mend)
}

// Validate reports every fault at once, joined with [errors.Join]; each is a
// *[Problem]. The writers cope with all of them, but the result would not be
// fit to hand out.
func (d *Document) Validate() error {
	v := &validator{ids: map[string]bool{}, keys: noteNumbers(d.Notes())}
	if cleanTrim(d.Title) == "" {
		v.add("document", "the title is empty", "give it one")
	}
	if d.Lang != "" && !validLang(d.Lang) {
		v.add("document", fmt.Sprintf("%q is not a language tag", d.Lang), `write BCP 47, such as "en" or "pt-BR"`)
	}
	if d.Date != "" {
		if _, _, ok := parseDate(d.Date); !ok {
			v.add("document", fmt.Sprintf("%q is not a date", d.Date), "write 2021, 2021-02 or 2021-02-19")
		}
	}
	v.collectIDs(d.Blocks)
	v.blocks("", d.Blocks, false)
	seen := map[string]bool{}
	for i, n := range d.Notes() {
		where := fmt.Sprintf("footnote %d", i+1)
		if strings.TrimSpace(PlainText(n.Inlines)) == "" {
			v.add(where, "it is empty", "write the source or leave the note out")
		}
		if n.Key != "" && seen[n.Key] {
			v.add(where, fmt.Sprintf("the key %q is used before", n.Key), "keys of footnotes must differ")
		}
		seen[n.Key] = true
	}
	d.walk(func(where string, in []Inline) { v.inlines(where, in, nil) })
	return errors.Join(v.found...)
}

type validator struct {
	found []error
	ids   map[string]bool
	keys  map[string]int
}

func (v *validator) add(where, what, mend string) {
	v.found = append(v.found, &Problem{where, what, mend})
}

func (v *validator) collectIDs(blocks []Block) {
	for i, b := range blocks {
		h, ok := b.(Heading)
		if !ok || h.ID == "" {
			continue
		}
		where := fmt.Sprintf("block %d (heading)", i+1)
		if !validID(h.ID) {
			v.add(where, fmt.Sprintf("%q cannot be an anchor", h.ID), "use a letter, then up to 37 letters, digits, - or _, not starting with fn- or fnref-")
		}
		if v.ids[strings.ToLower(h.ID)] {
			v.add(where, fmt.Sprintf("the anchor %q is used before", h.ID), "anchors must differ in more than case")
		}
		v.ids[strings.ToLower(h.ID)] = true
	}
}

func (v *validator) blocks(prefix string, blocks []Block, inCallout bool) {
	level := 0
	for i, b := range blocks {
		where := fmt.Sprintf("%sblock %d", prefix, i+1)
		if inCallout {
			switch b.(type) {
			case Paragraph, List:
			default:
				v.add(where, fmt.Sprintf("a callout cannot hold a %s", kindOf(b)), "put it after the callout")
			}
		}
		switch b := b.(type) {
		case Heading:
			level = v.heading(where+" (heading)", b, level)
		case List:
			v.list(where+" (list)", b, 1)
		case Table:
			v.table(where+" (table)", b)
		case Callout:
			if len(b.Blocks) == 0 {
				v.add(where+" (callout)", "it is empty", "leave it out")
			}
			v.blocks(where+" (callout), ", b.Blocks, true)
		case Figure:
			v.figure(where+" (figure)", b)
		case nil:
			v.add(where, "it is nil", "leave it out")
		}
	}
}

func kindOf(b Block) string {
	if b == nil {
		return "nil block"
	}
	return strings.ToLower(strings.TrimPrefix(fmt.Sprintf("%T", b), "document."))
}

func (v *validator) heading(where string, h Heading, before int) int {
	if strings.TrimSpace(PlainText(h.Inlines)) == "" {
		v.add(where, "it is empty", "give it words")
	}
	switch {
	case h.Level < 1 || h.Level > 3:
		v.add(where, fmt.Sprintf("level %d does not exist", h.Level), "use 1, 2 or 3")
		return before
	case h.Level > before+1:
		v.add(where, fmt.Sprintf("level %d follows level %d", h.Level, before), fmt.Sprintf("use level %d", before+1))
	}
	return h.Level
}

func (v *validator) list(where string, l List, depth int) {
	if len(l.Items) == 0 {
		v.add(where, "it has no entry", "leave it out")
	}
	if depth > 3 {
		v.add(where, "it is nested more than three deep", "use headings")
		return
	}
	for i, it := range l.Items {
		if it.Nested != nil {
			v.list(fmt.Sprintf("%s, entry %d", where, i+1), *it.Nested, depth+1)
		}
	}
}

func (v *validator) table(where string, t Table) {
	cols := len(t.Header)
	if cols == 0 {
		v.add(where, "it has no header row", "name the columns")
		return
	}
	if n := len(t.Widths); n != 0 && n != cols {
		v.add(where, fmt.Sprintf("%d widths for %d columns", n, cols), "give one for each or none")
	}
	for _, w := range t.Widths {
		if w <= 0 {
			v.add(where, fmt.Sprintf("a column of width %d", w), "widths must be above zero")
		}
	}
	if len(t.Aligns) > cols {
		v.add(where, fmt.Sprintf("%d alignments for %d columns", len(t.Aligns), cols), "give at most one for each")
	}
	for i, r := range t.Rows {
		want := cols
		if r.Group {
			want = 1
		}
		if len(r.Cells) != want {
			v.add(fmt.Sprintf("%s, row %d", where, i+1), fmt.Sprintf("%d cells where %d belong", len(r.Cells), want), "add empty cells or mend the header")
		}
	}
}

func (v *validator) figure(where string, f Figure) {
	if cleanTrim(f.Alt) == "" {
		v.add(where, "it has no text that replaces it", "say in words what it shows")
	}
	if len(f.PNG) == 0 && len(f.SVG) == 0 {
		v.add(where, "it has no picture", "give a PNG, an SVG or both")
	}
	if len(f.PNG) > 0 {
		if _, err := png.DecodeConfig(bytes.NewReader(f.PNG)); err != nil {
			v.add(where, "the PNG cannot be read: "+err.Error(), "give a PNG file")
		}
	}
}

// inlines checks links, languages and references; up are the inlines around.
func (v *validator) inlines(where string, in []Inline, up []Inline) {
	for _, x := range in {
		switch x := x.(type) {
		case Link:
			v.link(where, x)
			if within[Link](up) {
				v.add(where, "a link inside a link", "end the first link before the second")
			}
		case Span:
			if !validLang(x.Lang) {
				v.add(where, fmt.Sprintf("%q is not a language tag", x.Lang), `write BCP 47, such as "ja"`)
			}
		case Footnote:
			if within[Footnote](up) {
				v.add(where, "a footnote inside a footnote", "make it part of the text of the note")
			}
		case NoteRef:
			if v.keys[x.Key] == 0 {
				v.add(where, fmt.Sprintf("no footnote has the key %q", x.Key), "give the footnote this key")
			}
		case nil:
			v.add(where, "a piece of text is nil", "leave it out")
		}
		v.inlines(where, children(x), append(slices.Clip(up), x))
	}
}

func within[T Inline](up []Inline) bool {
	for _, x := range up {
		if _, ok := x.(T); ok {
			return true
		}
	}
	return false
}

func (v *validator) link(where string, l Link) {
	if _, ok := safeURL(l.URL); !ok {
		v.add(where, fmt.Sprintf("the link to %.80q is not safe or not complete", l.URL), "use a full http, https or mailto address of at most 2,048 characters, or #id")
		return
	}
	if id, ok := strings.CutPrefix(l.URL, "#"); ok && !v.ids[strings.ToLower(id)] {
		v.add(where, fmt.Sprintf("no heading has the anchor %q", id), "give the heading this id")
	}
	if strings.TrimSpace(PlainText(l.Inlines)) == "" {
		v.add(where, fmt.Sprintf("the link to %.80q has no text", l.URL), "say where it leads")
	}
}
