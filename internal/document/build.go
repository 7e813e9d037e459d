package document

import "fmt"

// Inlines turns parts into running text. A part is a string, an [Inline], a
// []Inline, or nil (left out). Any other type is a mistake of the programmer
// and panics.
func Inlines(parts ...any) []Inline {
	var out []Inline
	for _, p := range parts {
		switch v := p.(type) {
		case nil:
		case string:
			out = append(out, Text(v))
		case Inline:
			out = append(out, v)
		case []Inline:
			out = append(out, v...)
		default:
			panic(fmt.Sprintf("document: %T cannot be part of running text; give a string or an Inline", p))
		}
	}
	return out
}

// P is a paragraph: P("Japan is silent", Fn("Searched: …"), ".").
// The parts are those of [Inlines], here and in the other helpers.
func P(parts ...any) Paragraph { return Paragraph{Inlines(parts...)} }

// H is a heading of level 1 to 3.
func H(level int, parts ...any) Heading { return Heading{Level: level, Inlines: Inlines(parts...)} }

// Anchor gives the heading an id that links can point to.
func (h Heading) Anchor(id string) Heading {
	h.ID = id
	return h
}

// Q is a quotation.
func Q(parts ...any) Quote { return Quote{Inlines(parts...)} }

// B is strong text.
func B(parts ...any) Strong { return Strong{Inlines(parts...)} }

// I is emphasised text.
func I(parts ...any) Emphasis { return Emphasis{Inlines(parts...)} }

// A is a link; without parts the address is its own text.
func A(url string, parts ...any) Link {
	if len(parts) == 0 {
		return Link{url, []Inline{Text(url)}}
	}
	return Link{url, Inlines(parts...)}
}

// Lang is text in another language.
func Lang(tag string, parts ...any) Span { return Span{tag, Inlines(parts...)} }

// Fn is a footnote.
func Fn(parts ...any) Footnote { return Footnote{Inlines: Inlines(parts...)} }

// FnKey is a footnote that a [NoteRef] with the same key can point to.
func FnKey(key string, parts ...any) Footnote { return Footnote{key, Inlines(parts...)} }

// See is the number of the footnote with this key, as part of a sentence.
func See(key string) NoteRef { return NoteRef{Key: key} }

// Again is one more mark of the footnote with this key.
func Again(key string) NoteRef { return NoteRef{Key: key, Mark: true} }

// Meta is one labelled line below the title.
func Meta(label string, parts ...any) Pair { return Pair{label, Inlines(parts...)} }

// Li is an entry of a list.
func Li(parts ...any) Item { return Item{Inlines: Inlines(parts...)} }

// With puts a list below the entry.
func (i Item) With(nested List) Item {
	i.Nested = &nested
	return i
}

// Bullets is a list with bullets. An entry is an [Item] or anything that
// [Inlines] takes.
func Bullets(entries ...any) List { return List{Items: items(entries)} }

// Numbered is a list with numbers, entries as in [Bullets].
func Numbered(entries ...any) List { return List{Numbered: true, Items: items(entries)} }

func items(entries []any) []Item {
	var out []Item
	for _, e := range entries {
		if it, ok := e.(Item); ok {
			out = append(out, it)
			continue
		}
		out = append(out, Li(e))
	}
	return out
}

// C is a cell made of several parts.
func C(parts ...any) Cell { return Cell{Inlines(parts...)} }

// Cells makes cells, one per entry. An entry is a [Cell] or anything that
// [Inlines] takes; nil is an empty cell.
func Cells(entries ...any) []Cell {
	out := make([]Cell, 0, len(entries))
	for _, e := range entries {
		if c, ok := e.(Cell); ok {
			out = append(out, c)
			continue
		}
		out = append(out, C(e))
	}
	return out
}

// R is a row, entries as in [Cells].
func R(entries ...any) Row { return Row{Cells: Cells(entries...)} }

// Group is a row that heads the rows below it.
func Group(parts ...any) Row { return Row{Cells: []Cell{C(parts...)}, Group: true} }

// Note is a callout.
func Note(title string, blocks ...Block) Callout { return Callout{title, blocks} }

// Add appends blocks and returns the document, so that calls can be chained.
func (d *Document) Add(blocks ...Block) *Document {
	d.Blocks = append(d.Blocks, blocks...)
	return d
}
