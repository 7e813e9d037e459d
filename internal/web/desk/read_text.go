package desk

import (
	"html/template"
	"slices"
	"strconv"
	"strings"

	"entente/internal/extract"
	"entente/internal/store"
	"entente/internal/workbench"
)

// The text of a reading page may have 10,000 paragraphs, so that it is written
// straight into a buffer, each word of it escaped here, and not by a template.

// stretch is a coded passage as the text shows it.
type stretch struct {
	start, end int    // code points of the whole text, half open
	key        string // of the coding; see codingKey
	mine       bool
	public     bool // published
	shaky      bool // found again in a corrected text by likeness only
}

// codingKey names a coding in attributes and element ids: its statement's id with
// everything taken out that a list parted by spaces could not hold.
func codingKey(statement string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '.' || r == '_' {
			return r
		}
		return '_'
	}, statement)
}

// stretches are the passages of codings that have a place in the text, in its
// order.
func stretches(list []workbench.Placed) []stretch {
	out := make([]stretch, 0, len(list))
	for i := range list {
		if p := &list[i]; p.Paragraph > 0 {
			out = append(out, stretch{p.Start, p.End, codingKey(p.Statement.ID), p.Own, p.State == store.Published, p.Found == workbench.Fuzzy})
		}
	}
	slices.SortStableFunc(out, func(a, b stretch) int { return a.start - b.start })
	return out
}

// within gives those that lie in a paragraph, at least in part. The list is in
// the order of the text; longest is the length of its longest stretch.
func within(list []stretch, longest int, p *extract.Paragraph) []stretch {
	from, _ := slices.BinarySearchFunc(list, p.Start-longest, func(s stretch, at int) int { return s.start - at })
	var out []stretch
	for _, s := range list[from:] {
		if s.start >= p.End {
			break
		}
		if s.end > p.Start {
			out = append(out, s)
		}
	}
	return out
}

func longest(list []stretch) int {
	n := 0
	for _, s := range list {
		n = max(n, s.end-s.start)
	}
	return n
}

// blockSize is how many paragraphs stand in one block. A browser lays out only the
// blocks in sight, and looks at each block for every frame: few blocks scroll
// smoothly, small ones appear at once.
const blockSize = 40

// textHTML is the whole text with its coded passages marked.
func textHTML(t *extract.Text, list []stretch, page func(n int) string) template.HTML {
	var b strings.Builder
	b.Grow(len(t.Plain) + 160*len(t.Paragraphs))
	most, before := longest(list), 0
	for i := range t.Paragraphs {
		p := &t.Paragraphs[i]
		if i%blockSize == 0 {
			if i > 0 {
				b.WriteString("</div>\n")
			}
			b.WriteString(`<div class="rp-block">`)
		}
		class, n := "rp", strconv.Itoa(p.Number)
		if p.Heading {
			class = "rp rp-heading"
		}
		b.WriteString(`<div class="` + class + `" id="p` + n + `" data-n="` + n + `" data-start="` + strconv.Itoa(p.Start) + `" tabindex="-1"><a class="rp-n" href="#p` + n + `" tabindex="-1">` + n)
		if p.Page != before && p.Page > 0 {
			before = p.Page
			b.WriteString(` <span class="rp-page">` + template.HTMLEscapeString(page(p.Page)) + `</span>`)
		}
		b.WriteString(`</a><p class="rp-text">`)
		writeMarked(&b, p, within(list, most, p))
		b.WriteString("</p></div>\n")
	}
	if len(t.Paragraphs) > 0 {
		b.WriteString("</div>")
	}
	return template.HTML(b.String()) //nolint:gosec // every word of the text was escaped above and in writeMarked
}

// paragraphHTML is what stands inside one paragraph.
func paragraphHTML(p *extract.Paragraph, list []stretch) string {
	var b strings.Builder
	writeMarked(&b, p, within(list, longest(list), p))
	return b.String()
}

// writeMarked writes the words of a paragraph. Where passages overlap, each run of
// words with the same codings is one mark, which names them all.
func writeMarked(b *strings.Builder, p *extract.Paragraph, list []stretch) {
	if len(list) == 0 {
		template.HTMLEscape(writer{b}, []byte(p.Text))
		return
	}
	runes := []rune(p.Text)
	cuts := []int{0, len(runes)}
	for _, s := range list {
		cuts = append(cuts, max(0, s.start-p.Start), min(len(runes), s.end-p.Start))
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	for i := 0; i+1 < len(cuts); i++ {
		words := template.HTMLEscapeString(string(runes[cuts[i]:cuts[i+1]]))
		var on []stretch
		for _, s := range list {
			if s.start-p.Start <= cuts[i] && s.end-p.Start >= cuts[i+1] {
				on = append(on, s)
			}
		}
		if len(on) == 0 {
			b.WriteString(words)
			continue
		}
		keys, class := markOf(on)
		b.WriteString(`<mark class="` + class + `" data-q="` + strings.Join(keys, " ") + `">` + words + `</mark>`)
	}
}

// markOf gives the codings of a run of words and the classes of its mark.
func markOf(on []stretch) (keys []string, class string) {
	mine, public, shaky := false, false, false
	for _, s := range on {
		if !slices.Contains(keys, s.key) {
			keys = append(keys, s.key)
		}
		mine, public, shaky = mine || s.mine, public || s.public, shaky || s.shaky
	}
	list := []string{"q"}
	for _, x := range []struct {
		on   bool
		name string
	}{{mine, "q-mine"}, {!public, "q-draft"}, {len(keys) > 1, "q-many"}, {shaky, "q-shaky"}} {
		if x.on {
			list = append(list, x.name)
		}
	}
	return keys, strings.Join(list, " ")
}

// writer lets HTMLEscape write into a builder.
type writer struct{ *strings.Builder }

func (w writer) Write(p []byte) (int, error) { return w.Builder.Write(p) }
