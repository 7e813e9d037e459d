package desk

import (
	"slices"
	"strconv"

	"entente"
	"entente/internal/extract"
	"entente/internal/workbench"
)

// codingFields are those that a fault can stand beside.
var codingFields = []string{"exact", "paragraph", "actor", "proposition", "stance", "conditions", "date", "date_basis", "instrument", "pinpoint", "note"}

// readInput reads what a coder says of a passage. Without a passage an edit keeps
// the one that is there.
func (c *Call) readInput(f *Form, o *opened, x *choices, edit bool) workbench.NewCoding {
	n := workbench.NewCoding{
		Passage: f.Text("passage", maxID), Conditions: f.Long("conditions", workbench.MaxLong), Note: f.Long("note", workbench.MaxLong),
		Pinpoint: f.Text("pinpoint", workbench.MaxShort), Date: f.Date("date"), DateBasis: Choice(f, "date_basis", entente.DateBases),
	}
	n.Start, n.End = f.readPassage(o, edit)
	var ok bool
	if word := f.Needed("actor", maxWord); word != "" {
		if n.Actor, ok = x.actor(word); !ok {
			f.Fault("actor", "actor")
		}
	}
	if word := f.Needed("proposition", maxWord); word != "" {
		if n.Proposition, ok = x.proposition(word); !ok {
			f.Fault("proposition", "proposition")
		}
	}
	if word := f.Text("instrument", maxWord); word != "" {
		if n.Instrument, ok = x.instrument(word); !ok {
			f.Fault("instrument", "instrument")
		}
	}
	n.Stance = Choice(f, "stance", slices.Concat(entente.Stances, []entente.Stance{unset}))
	if n.Stance == unset {
		n.Stance = ""
	}
	if n.DateBasis != entente.ActDate && n.Date.IsZero() && f.Faults["date"] == "" {
		f.Fault("date", "needed")
	}
	return n
}

// maxWord bounds what is typed to choose a record, maxID the id of one.
const (
	maxWord = 1000
	maxID   = 1000
)

// readPassage finds the passage: where the script says it is, if the words still
// stand there, else by the words in their paragraph.
func (f *Form) readPassage(o *opened, edit bool) (start, end int) {
	words := f.Long("exact", maxExact)
	number := f.Text("paragraph", 8)
	if words == "" && f.Faults["exact"] != "" {
		return 0, 0
	}
	if f.Values.Get("document") != o.Hash { // the text was corrected after the page was made
		f.Values.Del("start")
		f.Values.Del("end")
	}
	if from := f.Values.Get("start"); from != "" {
		a, err1 := strconv.Atoi(from)
		b, err2 := strconv.Atoi(f.Values.Get("end"))
		if err1 == nil && err2 == nil && a < b && sameWords(o.text, a, b, words) {
			return a, b
		}
	}
	if words == "" && number == "" {
		if !edit {
			f.Fault("exact", "passage")
		}
		return 0, 0
	}
	n := 0
	if number != "" {
		if n, _ = strconv.Atoi(number); o.paragraph(n) == nil {
			f.Fault("paragraph", "paragraph", "most", len(o.text.Paragraphs))
			return 0, 0
		}
	}
	if words == "" {
		p := o.paragraph(n) // the whole of it
		return p.Start, p.End
	}
	return f.placeWords(o.text, n, words)
}

// placeWords finds words, and says why when it cannot.
func (f *Form) placeWords(t *extract.Text, paragraph int, words string) (start, end int) {
	spots := findWords(t, paragraph, words)
	switch {
	case len(spots) == 1:
		return spots[0].start, spots[0].end
	case len(spots) > 1 && paragraph > 0:
		f.Fault("exact", "twice-here", "paragraph", paragraph)
	case len(spots) > 1:
		f.Fault("paragraph", "twice", "a", spots[0].paragraph, "b", spots[1].paragraph)
	case paragraph > 0:
		if other := findWords(t, 0, words); len(other) > 0 {
			f.Fault("paragraph", "elsewhere", "paragraph", paragraph, "other", other[0].paragraph)
			break
		}
		f.Fault("exact", "not-there", "paragraph", paragraph)
	default:
		f.Fault("exact", "nowhere")
	}
	return 0, 0
}

// refuseCoding notes what the bench refuses.
func (f *Form) refuseCoding(err error) error {
	if e := asEntente(err); e != nil {
		e2 := *e
		if to, ok := map[string]string{"passage": "exact", "actors": "actor", "propositions": "proposition", "instruments": "instrument"}[e.Place]; ok {
			e2.Place = to
		}
		err = &e2
	}
	return f.Refuse(err, codingFields...)
}
