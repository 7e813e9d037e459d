package brief

import (
	"fmt"
	"strings"

	"entente"
	"entente/internal/cite"
	"entente/internal/document"
	"entente/internal/view"
)

// ref is one citation of a claim: who it speaks for, how (for an act), where.
type ref struct {
	who      string
	how      string
	source   entente.SourceID
	pinpoint string
	level    string
}

// notes makes footnotes. They name sources by short forms with dates, which the
// list of sources resolves: in two pages there is no room for titles. A note that
// would repeat an earlier one word for word becomes a second mark of it.
type notes struct {
	c     *entente.Corpus
	short map[entente.SourceID]string
	made  int
	keys  map[string]string // text of a note to its key
}

// note makes one footnote of several citations. Citations of one place are told
// once for all whom they speak for; everybody is the word for all of them.
func (n *notes) note(refs []ref, everybody string, actors int) document.Inline {
	if len(refs) == 0 {
		return n.plain("No text has been read for it yet; the corpus has no record.")
	}
	var in []any
	for i, m := range mergeRefs(refs) {
		if i > 0 {
			in = append(in, "; ")
		}
		who := joinAnd(m.whos)
		if len(m.whos) == actors && actors > 1 && everybody != "" {
			who = everybody
		}
		if m.how != "" && who != "" {
			who += " (" + m.how + ")"
		} else if m.how != "" {
			who = m.how
		}
		if who != "" {
			in = append(in, upperIf(i == 0, who)+": ")
		}
		in = append(in, n.cite(m.ref)...)
	}
	return n.plain(append(in, ".")...)
}

func upperIf(first bool, s string) string {
	if first {
		return upper(s)
	}
	return s
}

// plain makes a footnote, or a second mark of the one with the same text.
func (n *notes) plain(parts ...any) document.Inline {
	in := document.Inlines(parts...)
	text := document.PlainText(in)
	if key, ok := n.keys[text]; ok {
		return document.Again(key)
	}
	n.made++
	key := fmt.Sprintf("n%d", n.made)
	n.keys[text] = key
	return document.FnKey(key, in)
}

// cite names a source and the place in it; the name leads to the source.
func (n *notes) cite(r ref) []any {
	s := n.c.Source(r.source)
	if s == nil {
		return []any{"source " + string(r.source) + ", which the corpus lacks"}
	}
	p := cite.Place{Pinpoint: n.words(r.pinpoint), Level: entente.Level(r.level)}
	if p.Level == entente.Primary {
		p.Level = ""
	}
	var out []any
	if strings.HasPrefix(s.URL, "http") {
		out = append(out, document.A(s.URL, n.name(s)))
	} else {
		out = append(out, n.name(s))
	}
	return append(out, inlines(cite.Tail(s, p)))
}

func (n *notes) name(s *entente.Source) string {
	if name := n.short[s.ID]; name != "" {
		return name
	}
	return cite.Short(s)
}

// words replaces a source id within a pinpoint by the short form of the source:
// a place in a second text.
func (n *notes) words(pinpoint string) string {
	if !strings.Contains(pinpoint, ";") {
		return pinpoint
	}
	words := strings.Fields(pinpoint)
	for i, w := range words {
		if s := n.c.Source(entente.SourceID(w)); s != nil {
			words[i] = n.name(s) + ","
		}
	}
	return strings.Join(words, " ")
}

type merged struct {
	ref
	whos []string
}

// mergeRefs joins citations of the same place, in the order of the first.
func mergeRefs(refs []ref) []merged {
	var out []merged
	at := map[ref]int{}
	for _, r := range refs {
		k := r
		k.who = ""
		i, ok := at[k]
		if !ok {
			i = len(out)
			at[k] = i
			out = append(out, merged{ref: r})
		}
		known := false
		for _, w := range out[i].whos {
			known = known || w == r.who
		}
		if !known && r.who != "" {
			out[i].whos = append(out[i].whos, r.who)
		}
	}
	return out
}

// inlines turns a citation into running text with links and language tags.
func inlines(c cite.Citation) []document.Inline {
	var out []document.Inline
	for _, p := range c {
		var in document.Inline = document.Text(p.Text)
		if p.Lang != "" {
			in = document.Lang(p.Lang, in)
		}
		if strings.HasPrefix(p.URL, "http") {
			in = document.A(p.URL, in)
		}
		out = append(out, in)
	}
	return out
}

// rowRefs are the citations of a claim on one proposition: what decides the
// position of each actor, or the reading on which its silence rests.
func (w *writer) rowRefs(row *view.CompareRow) []ref {
	var out []ref
	for _, a := range w.v.Actors {
		p := row.Positions[a.ID]
		n := 0
		for i := range p.Evidence {
			e := &p.Evidence[i]
			if e.Use != string(entente.Decides) || n == 2 && !p.Contested {
				continue
			}
			n++
			out = append(out, ref{a.Name, w.how(a.ID, e), e.Source, e.Pinpoint, e.Verification})
		}
		if n == 0 {
			for i, r := range p.Read {
				if i < 2 {
					out = append(out, w.readRef(a.Name, r))
				}
			}
		}
	}
	return out
}

func (w *writer) readRef(who string, r view.Reading) ref {
	return ref{who, "read: " + say(findings, r.Finding), r.Source, "", ""}
}

// how tells by what act a record is evidence; empty for the actor's own words.
func (w *writer) how(actor entente.ActorID, e *view.Evidence) string {
	in := w.c.Instrument(entente.InstrumentID(e.Instrument))
	title := e.Instrument
	if in != nil {
		title = in.Title
		if in.Kind == entente.Resolution && in.Symbol != "" {
			title = instrumentName(in)
		}
	}
	switch {
	case e.Kind == "vote":
		return strings.ReplaceAll(e.Role, "-", " ") + " on " + title
	case e.Kind == "act":
		return e.Role + ", " + title
	case e.Actor != actor:
		return w.name(e.Actor)
	}
	return ""
}

// instrumentName is the name of a resolution without its date.
func instrumentName(in *entente.Instrument) string {
	s := cite.Instrument(in, cite.Place{}).String()
	if i := strings.Index(s, " ("); i > 0 && strings.HasPrefix(s, "UN") {
		return s[:i]
	}
	return in.Title
}
