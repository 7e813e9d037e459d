package extract

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// maxNesting bounds the open elements that matter to the text.
const maxNesting = 500

// An element is one that is open.
type element struct {
	name   string
	kind   meaning
	silent bool // left out with all that it holds
	breaks bool // ends a paragraph where it ends
	main   bool
	next   int    // list: number of the next item; -1 for bullets
	typ    string // list: how items are numbered: "1", "a", "A", "i", "I"
	rows   *tableRow
}

// A page is the state of a reading: the open elements that matter, and the
// paragraph that is being written.
type page struct {
	b       *builder
	title   string
	lang    string
	out     []draft
	isMain  []bool // for each draft of out
	open    []element
	count   map[string]int // open elements by name
	silent  int            // open elements that are left out
	main    int            // open main elements
	buf     strings.Builder
	label   string // of the item that has begun
	heading bool
	deleted int
	size    int // bytes of text so far
	pieces  int // paragraphs so far, those of cells too
}

// rawText elements hold characters and no tags; a slash in their start tag does
// not close them.
var rawText = map[string]bool{
	"iframe": true, "noembed": true, "noframes": true, "noscript": true, "script": true, "style": true,
	"textarea": true, "title": true, "xmp": true,
}

// start opens an element, or does what an empty one means.
func (w *page) start(t html.Token, selfClosing bool) error {
	if t.Data == "html" && w.lang == "" {
		if w.lang, _ = attribute(t.Attr, "lang"); w.lang == "" {
			w.lang, _ = attribute(t.Attr, "xml:lang")
		}
	}
	kind := elements[t.Data]
	silent := kind == skipped || hidden(t.Attr)
	switch {
	case t.Data == "br":
		if w.silent == 0 {
			w.buf.WriteByte('\n')
		}
		return nil
	case t.Data == "hr":
		return w.flush()
	case void[t.Data], silent && selfClosing && !rawText[t.Data]:
		return nil
	case silent && (kind == skipped || kind == flow):
		if t.Data == "del" && w.silent == 0 {
			w.deleted++
		}
		breaks := t.Data == "nav" || t.Data == "menu"
		if breaks {
			if err := w.imply("p", nil); err != nil {
				return err
			}
		}
		return w.push(element{name: t.Data, silent: true, breaks: breaks})
	case kind == flow:
		if t.Data == "q" && w.silent == 0 {
			w.buf.WriteRune('“')
		}
		if w.silent > 0 && w.count[t.Data] > 0 { // its end tag must find it
			return w.push(element{name: t.Data})
		}
		return nil
	}
	return w.block(t, kind, silent)
}

// block opens an element that begins a paragraph.
func (w *page) block(t html.Token, kind meaning, silent bool) error {
	if kind != cell && kind != row { // a paragraph holds no blocks
		if err := w.imply("p", nil); err != nil {
			return err
		}
	}
	c := closes[t.Data]
	for _, name := range c.ends {
		if err := w.imply(name, c.barrier); err != nil {
			return err
		}
	}
	e := element{name: t.Data, kind: kind, silent: silent, breaks: true}
	role, _ := attribute(t.Attr, "role")
	e.main = t.Data == "main" || strings.EqualFold(role, "main")
	if err := w.flush(); err != nil {
		return err
	}
	if w.silent == 0 && !silent {
		switch kind {
		case list:
			e.openList(t)
		case item:
			w.openItem(t)
		case row:
			e.rows = &tableRow{}
		case cell:
			if r := w.row(); r != nil {
				r.cells = append(r.cells, nil)
			}
		case heading:
			w.heading = true
		}
	}
	return w.push(e)
}

func (w *page) push(e element) error {
	if e.breaks {
		if err := w.flush(); err != nil {
			return err
		}
	}
	if len(w.open) >= maxNesting {
		return invalid("the page nests its elements deeper than "+strconv.Itoa(maxNesting), "save it as plain text")
	}
	if e.name == "table" && w.count["table"] >= maxTables {
		return tooManyTables()
	}
	w.open = append(w.open, e)
	w.count[e.name]++
	if e.silent {
		w.silent++
	}
	if e.main {
		w.main++
	}
	return nil
}

// end closes the innermost open element of a name and all inside it; an end tag
// without its element is ignored.
func (w *page) end(name string) error {
	if name == "q" && w.silent == 0 {
		w.buf.WriteRune('”')
	}
	if w.count[name] == 0 {
		return nil
	}
	for i, v := range slices.Backward(w.open) {
		if v.name == name {
			return w.closeTo(i)
		}
	}
	return nil
}

// imply closes an element whose end tag was left out, unless a barrier or the
// edge of what is left out stands between.
func (w *page) imply(name string, barrier []string) error {
	if w.count[name] == 0 {
		return nil
	}
	for i, v := range slices.Backward(w.open) {
		switch e := v; {
		case e.name == name:
			return w.closeTo(i)
		case e.silent || slices.Contains(barrier, e.name):
			return nil
		}
	}
	return nil
}

// closeTo closes the open elements but for the n outermost.
func (w *page) closeTo(n int) error {
	for len(w.open) > n {
		e := w.open[len(w.open)-1]
		if e.breaks {
			if err := w.flush(); err != nil {
				return err
			}
		}
		w.open[len(w.open)-1] = element{} // let go of its row
		w.open = w.open[:len(w.open)-1]
		w.count[e.name]--
		if e.kind == row && e.rows != nil {
			w.emit(e.rows.drafts()...)
		}
		if e.silent {
			w.silent--
		}
		if e.main {
			w.main--
		}
		switch e.kind {
		case heading:
			w.heading = false
		case item:
			w.label = ""
		}
	}
	return nil
}

// row is the innermost open row.
func (w *page) row() *tableRow {
	for _, e := range slices.Backward(w.open) {
		if e.rows != nil {
			return e.rows
		}
	}
	return nil
}
