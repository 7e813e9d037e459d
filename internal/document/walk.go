package document

import "fmt"

// walk visits every piece of running text in reading order with words for its
// place. All numbering rests on this one order.
func (d *Document) walk(visit func(where string, in []Inline)) {
	for _, m := range d.Meta {
		visit(fmt.Sprintf("metadata line %q", m.Label), m.Value)
	}
	walkBlocks("", d.Blocks, visit)
}

func walkBlocks(prefix string, blocks []Block, visit func(string, []Inline)) {
	for i, b := range blocks {
		where := fmt.Sprintf("%sblock %d", prefix, i+1)
		switch b := b.(type) {
		case Heading:
			visit(where+" (heading)", b.Inlines)
		case Paragraph:
			visit(where+" (paragraph)", b.Inlines)
		case Quote:
			visit(where+" (quotation)", b.Inlines)
		case List:
			walkList(where+" (list)", b, visit)
		case Table:
			where += " (table)"
			visit(where+", caption", b.Caption)
			for c, cell := range b.Header {
				visit(fmt.Sprintf("%s, header, cell %d", where, c+1), cell.Inlines)
			}
			for r, row := range b.Rows {
				for c, cell := range row.Cells {
					visit(fmt.Sprintf("%s, row %d, cell %d", where, r+1, c+1), cell.Inlines)
				}
			}
		case Callout:
			walkBlocks(where+" (callout), ", b.Blocks, visit)
		case Figure:
			visit(where+" (figure), caption", b.Caption)
		}
	}
}

func walkList(where string, l List, visit func(string, []Inline)) {
	for i, it := range l.Items {
		at := fmt.Sprintf("%s, entry %d", where, i+1)
		visit(at, it.Inlines)
		if it.Nested != nil {
			walkList(at, *it.Nested, visit)
		}
	}
}

// children returns the running text inside an inline, nil for a leaf.
func children(in Inline) []Inline {
	switch v := in.(type) {
	case Strong:
		return v.Inlines
	case Emphasis:
		return v.Inlines
	case Link:
		return v.Inlines
	case Span:
		return v.Inlines
	case Footnote:
		return v.Inlines
	}
	return nil
}

// Notes returns the footnotes in the order of their numbers; the first has
// number 1. Footnotes inside footnotes have none.
func (d *Document) Notes() []Footnote {
	var out []Footnote
	var rec func([]Inline)
	rec = func(in []Inline) {
		for _, x := range in {
			if fn, ok := x.(Footnote); ok {
				out = append(out, fn)
				continue
			}
			rec(children(x))
		}
	}
	d.walk(func(_ string, in []Inline) { rec(in) })
	return out
}

// noteNumbers maps keys to note numbers; the first note with a key keeps it.
func noteNumbers(notes []Footnote) map[string]int {
	out := map[string]int{}
	for i, n := range notes {
		if _, taken := out[n.Key]; n.Key != "" && !taken {
			out[n.Key] = i + 1
		}
	}
	return out
}

// PlainText returns running text without markup and without footnotes.
func PlainText(in []Inline) string {
	var b []byte
	var rec func([]Inline)
	rec = func(in []Inline) {
		for _, x := range in {
			switch v := x.(type) {
			case Text:
				b = append(b, v...)
			case Code:
				b = append(b, v...)
			case Break:
				b = append(b, ' ')
			case Footnote:
			default:
				rec(children(x))
			}
		}
	}
	rec(in)
	return clean(string(b))
}
