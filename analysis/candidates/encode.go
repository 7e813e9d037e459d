package candidates

import (
	"cmp"
	"slices"
	"strings"
)

// unknown is the number of a word that was never seen.
const unknown = -1

// text is a text as the numbers of its words, in their order.
type text struct {
	words []int32
	spans []span // places of the words; only of a paragraph that is ranked
}

// passage is a coded text with all that it speaks to.
type passage struct {
	source  string
	raw     string
	classes []int32 // none: it speaks to nothing
	text
}

// vocabulary numbers words.
type vocabulary map[string]int32

// data is everything there is to learn from, in one canonical order.
type data struct {
	words       vocabulary
	names       []string // of the classes, sorted
	passages    []passage
	definitions []text // by class; empty where there is none
}

func encode(op string, examples []Example, definitions []Definition) (*data, error) {
	d := &data{words: vocabulary{}}
	for i, e := range examples {
		if e.Source == "" {
			return nil, invalid(op, example(i), "the example has no source", "name where its text is from: a source is never both learned from and tested on")
		}
		if e.Proposition != "" {
			d.names = append(d.names, e.Proposition)
		}
	}
	for _, def := range definitions {
		if def.Proposition == "" {
			return nil, invalid(op, "definitions", "a definition names no proposition", "give each definition its proposition")
		}
		d.names = append(d.names, def.Proposition)
	}
	slices.Sort(d.names)
	d.names = slices.Compact(d.names)
	if len(d.names) == 0 {
		return nil, invalid(op, "", "there is no proposition to suggest", "give definitions, or passages that were coded")
	}
	d.group(examples)
	d.define(definitions)
	return d, nil
}

// class gives the number of a proposition.
func (d *data) class(name string) int32 {
	i, _ := slices.BinarySearch(d.names, name)
	return int32(i) //nolint:gosec // far fewer propositions than 2^31
}

// group makes one passage of the codings of one text in one source. A text
// coded somewhere and "nothing" elsewhere counts as coded.
func (d *data) group(examples []Example) {
	list := slices.Clone(examples)
	slices.SortFunc(list, func(a, b Example) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Text, b.Text), cmp.Compare(a.Proposition, b.Proposition))
	})
	for _, e := range list {
		n := len(d.passages)
		if n == 0 || d.passages[n-1].source != e.Source || d.passages[n-1].raw != e.Text {
			d.passages = append(d.passages, passage{source: e.Source, raw: e.Text, text: d.learn(e.Text)})
			n++
		}
		p := &d.passages[n-1]
		if e.Proposition == "" {
			continue
		}
		if c := d.class(e.Proposition); len(p.classes) == 0 || p.classes[len(p.classes)-1] != c {
			p.classes = append(p.classes, c)
		}
	}
}

func (d *data) define(definitions []Definition) {
	texts := make([][]string, len(d.names))
	for _, def := range definitions {
		c := d.class(def.Proposition)
		texts[c] = append(texts[c], def.Text)
	}
	d.definitions = make([]text, len(d.names))
	for c, list := range texts {
		slices.Sort(list)
		d.definitions[c] = d.learn(strings.Join(slices.Compact(list), "\n"))
	}
}

// learn reads a text and gives new words a number.
func (d *data) learn(s string) text {
	var t text
	split(s, func(w string, _ span) {
		id, ok := d.words[w]
		if !ok {
			id = int32(len(d.words)) //nolint:gosec // memory ends long before 2^31 words
			d.words[w] = id
		}
		t.words = append(t.words, id)
	})
	return t
}

// read turns a paragraph into numbers without learning from it.
func (v vocabulary) read(s string) text {
	var t text
	split(s, func(w string, at span) {
		id, ok := v[w]
		if !ok {
			id = unknown
		}
		t.words = append(t.words, id)
		t.spans = append(t.spans, at)
	})
	return t
}
