package document

import (
	"slices"
	"strings"
)

// run is a piece of text with one format, or a footnote mark, a reference to a
// note, or a line break. The writers see only runs: nesting that no format can
// express (a link in a link, a note in a link or in a note) is gone by then.
type run struct {
	text string
	note int  // footnote mark with this number
	ref  int  // number of another note, printed in the text
	mark bool // print ref raised, as a mark
	brk  bool // end of line
	style
}

type style struct {
	link               int    // 0 none; equal numbers are one and the same link
	href               string // safe address of the link
	lang               string
	strong, emph, code bool
}

// inker turns running text into runs and hands out footnote numbers.
type inker struct {
	keys  map[string]int
	notes []Footnote // met so far
	links int
}

func newInker(d *Document) *inker { return &inker{keys: noteNumbers(d.Notes())} }

// runs flattens running text. Notes inside are numbered and collected; the
// marks of notes inside a link come after the link.
func (k *inker) runs(in []Inline) []run { return tidy(k.flatten(in, style{}, false)) }

// noteRuns flattens the text of a footnote, where no further note is numbered.
func (k *inker) noteRuns(in []Inline) []run { return tidy(k.flatten(in, style{}, true)) }

func (k *inker) flatten(in []Inline, st style, inNote bool) []run {
	var out []run
	for _, x := range in {
		switch v := x.(type) {
		case Text:
			out = append(out, run{text: clean(string(v)), style: st})
		case Code:
			s := st
			s.code = true
			out = append(out, run{text: clean(string(v)), style: s})
		case Break:
			out = append(out, run{brk: true, style: st})
		case Strong:
			s := st
			s.strong = true
			out = append(out, k.flatten(v.Inlines, s, inNote)...)
		case Emphasis:
			s := st
			s.emph = true
			out = append(out, k.flatten(v.Inlines, s, inNote)...)
		case Span:
			s := st
			if validLang(v.Lang) {
				s.lang = v.Lang
			}
			out = append(out, k.flatten(v.Inlines, s, inNote)...)
		case Link:
			out = append(out, k.link(v, st, inNote)...)
		case NoteRef:
			if n := k.keys[v.Key]; n != 0 {
				out = append(out, run{ref: n, mark: v.Mark, style: unlinked(st)})
			} else {
				out = append(out, run{text: "?", style: st})
			}
		case Footnote:
			if inNote {
				out = append(out, run{text: " (", style: st})
				out = append(out, k.flatten(v.Inlines, st, true)...)
				out = append(out, run{text: ")", style: st})
				continue
			}
			k.notes = append(k.notes, v)
			out = append(out, run{note: len(k.notes), style: style{}})
		}
	}
	return out
}

func unlinked(st style) style {
	st.link, st.href = 0, ""
	return st
}

func (k *inker) link(v Link, st style, inNote bool) []run {
	href, ok := safeURL(v.URL)
	if !ok || st.link != 0 {
		return k.flatten(v.Inlines, st, inNote)
	}
	k.links++
	st.link, st.href = k.links, href
	var text, marks []run
	for _, r := range k.flatten(v.Inlines, st, inNote) {
		if r.note != 0 || r.ref != 0 {
			marks = append(marks, r)
			continue
		}
		text = append(text, r)
	}
	return append(text, marks...)
}

// tidy joins neighbours of one format, drops empty runs, keeps one space where
// two meet, and trims the ends.
func tidy(in []run) []run {
	var out []run
	space := true // at the start of a line no space is wanted
	for _, r := range in {
		if r.note == 0 && r.ref == 0 && !r.brk {
			if space {
				r.text = strings.TrimLeft(r.text, " ")
			}
			if r.text == "" {
				continue
			}
			space = strings.HasSuffix(r.text, " ")
			if n := len(out); n > 0 && out[n-1].plain() && out[n-1].style == r.style {
				out[n-1].text += r.text
				continue
			}
		} else {
			space = r.brk
		}
		if r.brk {
			out = trimEnd(out)
		}
		out = append(out, r)
	}
	out = trimEnd(out)
	for len(out) > 0 && out[len(out)-1].brk {
		out = trimEnd(out[:len(out)-1])
	}
	for len(out) > 0 && out[0].brk {
		out = out[1:]
	}
	return out
}

func (r run) plain() bool { return r.note == 0 && r.ref == 0 && !r.brk }

func trimEnd(out []run) []run {
	for n := len(out); n > 0 && out[n-1].plain(); n = len(out) {
		out[n-1].text = strings.TrimRight(out[n-1].text, " ")
		if out[n-1].text != "" {
			break
		}
		out = out[:n-1]
	}
	return out
}

// wrap is one format around text, outermost first: link, language, strong,
// emphasis, code.
type wrap struct {
	kind wrapKind
	val  string // address or language
	id   int    // link number
}

type wrapKind int

const (
	wrapLink wrapKind = iota
	wrapLang
	wrapStrong
	wrapEmph
	wrapCode
)

func (s style) wraps() []wrap {
	var w []wrap
	if s.link != 0 {
		w = append(w, wrap{wrapLink, s.href, s.link})
	}
	if s.lang != "" {
		w = append(w, wrap{kind: wrapLang, val: s.lang})
	}
	if s.strong {
		w = append(w, wrap{kind: wrapStrong})
	}
	if s.emph {
		w = append(w, wrap{kind: wrapEmph})
	}
	if s.code {
		w = append(w, wrap{kind: wrapCode})
	}
	return w
}

// nest calls open, leaf and shut so that formats which continue over several
// runs are opened once.
func nest(runs []run, open, shut func(wrap), leaf func(run)) {
	var stack []wrap
	for _, r := range runs {
		want := r.wraps()
		same := 0
		for same < len(stack) && same < len(want) && stack[same] == want[same] {
			same++
		}
		for i := len(stack) - 1; i >= same; i-- {
			shut(stack[i])
		}
		for _, w := range want[same:] {
			open(w)
		}
		stack = want
		leaf(r)
	}
	for _, w := range slices.Backward(stack) {
		shut(w)
	}
}
