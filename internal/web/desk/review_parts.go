package desk

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"entente"
	"entente/internal/auth"
	"entente/internal/cite"
	"entente/internal/store"
	"entente/internal/workbench"
)

// reviewStyle is the style sheet of the pages of review, import and export.
const reviewStyle = "review.css"

// tab is one page of an area, as the line of pages above it shows it.
type tab struct {
	Href, Word string
	Current    bool
}

// reviewPages are the pages of the area in which a team looks at its work.
var reviewPages = []struct {
	name, href string
	action     auth.Action
}{
	{"review", "/desk/queue", auth.ReadDrafts},
	{"drafts", "/desk/drafts", auth.Code},
	{"disagreements", "/desk/disagreements", auth.ReadDrafts},
	{"reliability", "/desk/reliability", auth.ReadDrafts},
	{"challenges", "/desk/challenges", auth.Challenge},
	{"notes", "/desk/notes", auth.Note},
}

// reviewTabs lists the pages of the area that the reader may see.
func (c *Call) reviewTabs(current string) []tab {
	var out []tab
	for _, p := range reviewPages {
		if c.May(p.action) {
			out = append(out, tab{p.href, c.T.T("review.tab." + p.name), p.name == current})
		}
	}
	return out
}

// brief is a record as a reviewer reads it: in words, with its quotations.
type brief struct {
	store.Key
	Href     string // its history
	KindWord string
	// Of statements and readings; the rest of a record is in Facts.
	Coded      bool
	Stance     string // empty: not set
	Finding    string // of a reading
	Actor      string
	Words      []string // of the propositions
	Date       string
	Source     string
	SourceHref string
	Pinpoint   string
	Conditions string
	Note       string
	Quotes     []shownQuotation
	Facts      []fact
}

// fact is one field of a record.
type fact struct{ Word, Value string }

// shownQuotation is a passage with the language of its source.
type shownQuotation struct{ Text, Lang string }

// brief puts a record into words.
func (c *Call) brief(k store.Key, cells map[string]string, quotes []entente.Quotation) (brief, error) {
	b := brief{Key: k, Href: RecordHref(k.Kind, k.ID), KindWord: wordOr(c.T, "kind", k.Kind)}
	if k.Kind != workbench.KindStatement && k.Kind != workbench.KindCoverage {
		for _, name := range fieldOrder(k.Kind, cells) {
			if v := cells[name]; v != "" && name != "id" {
				b.Facts = append(b.Facts, fact{wordOr(c.T, "column", name), clipped(v)})
			}
		}
		return b, nil
	}
	b.Coded = true
	b.Stance, b.Finding, b.Date, b.Pinpoint = cells["stance"], cells["finding"], cells["date"], cells["pinpoint"]
	b.Conditions, b.Note = cells["conditions"], cells["note"]
	b.Actor = c.actorName(entente.ActorID(cells["actor"]))
	if cells["actor"] == string(entente.AnyActor) {
		b.Actor = c.T.T("coverage.any-actor")
	}
	if p := cells["proposition"]; p != "" {
		b.Words = []string{c.propositionWords(entente.PropositionID(p))}
	}
	for s := range strings.SplitSeq(cells["subjects"], ";") {
		if p, ok := strings.CutPrefix(s, "proposition:"); ok {
			b.Words = append(b.Words, c.propositionWords(entente.PropositionID(p)))
		} else if s != "" {
			b.Words = append(b.Words, s)
		}
	}
	lang := ""
	if id := cells["source"]; id != "" {
		b.SourceHref, b.Source = RecordHref(workbench.KindSource, id), id
		src, err := c.sourceOf(entente.SourceID(id))
		if err != nil {
			return b, err
		}
		if src != nil {
			b.Source, lang = cite.Short(src), src.Lang
		}
	}
	for i := range quotes {
		b.Quotes = append(b.Quotes, shownQuotation{quotes[i].Exact, lang})
	}
	return b, nil
}

// sourceOf reads a source: published, or a draft; nil when there is none that the
// reader may see.
func (c *Call) sourceOf(id entente.SourceID) (*entente.Source, error) {
	if s := c.corpus().Source(id); s != nil {
		return s, nil
	}
	s, err := c.source(id)
	if entente.KindOf(err) == entente.NotFound {
		return nil, nil
	}
	return s, err
}

// propositionWords are those of a proposition that is published or a draft, or
// its id.
func (c *Call) propositionWords(id entente.PropositionID) string {
	if p := c.corpus().Proposition(id); p != nil {
		return p.Statement
	}
	v, err := c.Desk.Bench.Record(c.Context(), c.User, store.Key{Kind: workbench.KindProposition, ID: string(id)})
	if err != nil {
		return string(id) // names are a courtesy
	}
	if s := Cells(v.Body)["statement"]; s != "" {
		return s
	}
	return string(id)
}

// seenValue writes a record and the version that somebody saw into one field.
func seenValue(s workbench.Seen) string { return strconv.Itoa(s.Version) + ":" + s.String() }

// readSeen reads the ticked records of a form, without repeats.
func readSeen(f *Form, name string) []workbench.Seen {
	var out []workbench.Seen
	known := map[store.Key]bool{}
	for _, v := range f.Values[name] {
		number, key, ok := strings.Cut(v, ":")
		n, err := strconv.Atoi(number)
		k := ParseKey(key)
		if !ok || err != nil || n < 1 || k.Kind == "" || k.ID == "" || len(v) > maxID || !clean(v) {
			f.Fault("", "choice")
			return nil
		}
		if !known[k] {
			known[k] = true
			out = append(out, workbench.Seen{Key: k, Version: n})
		}
	}
	if len(out) == 0 {
		f.Fault("", "none-ticked")
	}
	return out
}

// refuseEach notes what is wrong with single records under the field "record
// KIND:ID", and the rest above the form. It returns errors that no typing mends.
func (f *Form) refuseEach(err error, fields ...string) error {
	var list entente.Errors
	if !errors.As(err, &list) {
		list = entente.Errors{err}
	}
	for _, one := range list {
		e, ok := errors.AsType[*entente.Error](one)
		if ok && strings.Contains(e.Place, ":") && (e.Kind == entente.Invalid || e.Kind == entente.Conflict || e.Kind == entente.Denied) {
			f.say("record "+e.Place, faultWords(e))
			f.say("", f.t.T("review.nothing-done"))
			continue
		}
		if err := f.Refuse(one, fields...); err != nil {
			return err
		}
	}
	return nil
}

// faultWords are the message and the hint of an error as sentences. What lies
// under it is told too: it says which column is at fault.
func faultWords(e *entente.Error) string {
	words := sentence(e.Msg)
	if inner, ok := errors.AsType[*entente.Error](e.Err); ok {
		words += " " + sentence(inner.Msg)
		if inner.Place != "" {
			words = strings.TrimSuffix(words, ".") + " (" + inner.Place + ")."
		}
	}
	if e.Hint != "" {
		words += " " + sentence(e.Hint)
	}
	return words
}

// exportedRows enters in the audit log that the reader takes rows away.
func (c *Call) exportedRows(what string, n int) error {
	return c.exported(what, fmt.Sprintf("csv, %d rows", n))
}

// fieldsFromQuery reads settings of the address into a form.
func (c *Call) fieldsFromQuery(most int, names ...string) (*Form, error) {
	f := c.NewForm()
	for _, name := range names {
		v, err := c.Query(name, most)
		if err != nil {
			return nil, err
		}
		f.Values.Set(name, v)
	}
	return f, nil
}

// anyOption is the first choice of a filter: no filter.
func (c *Call) anyOption() Option { return Option{Value: "", Word: c.T.T("desk.any")} }
