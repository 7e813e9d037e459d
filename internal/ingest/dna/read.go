package dna

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"entente"
	"entente/internal/ingest"
)

// Read reads a database. Rows are the documents, then the statements, in the
// order of their numbers; places are "document 3" and "statement 17", by the
// numbers that the program gave them.
func Read(ctx context.Context, name string, data []byte, s Settings, r ingest.Resolver) (*ingest.Proposal, error) {
	if err := s.Check("settings"); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, maxTime)
	defer cancel()
	d, err := open(ctx, name, data)
	if err != nil {
		return nil, err
	}
	defer d.close()
	c, err := load(ctx, d)
	if err != nil {
		return nil, err
	}
	if err := s.fit(name, c); err != nil {
		return nil, err
	}
	p := &ingest.Proposal{}
	rd := &reading{
		Settings: s, c: c, p: p, texts: map[int64]*source{},
		link: ingest.Linker{Resolver: r, Unknown: s.Unknown, New: s.New, Proposal: p},
	}
	for i := range c.documents {
		rd.document(i+1, &c.documents[i])
	}
	for i := range c.statements {
		if i%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		rd.statement(len(c.documents)+1+i, &c.statements[i])
	}
	rd.remarks()
	p.Finish()
	return p, nil
}

// fit reports names of the settings that the database does not have.
func (s Settings) fit(name string, c *contents) error {
	var labels, names []string
	kind := int64(-1)
	for id, l := range c.kinds {
		labels = append(labels, l)
		if l == s.Type {
			kind = id
		}
	}
	slices.Sort(labels)
	if kind < 0 {
		return ingest.Fault(name, "the types are "+strings.Join(labels, ", "), "the database has no statement type %q", s.Type)
	}
	for _, v := range c.variables {
		if v.kind == kind {
			names = append(names, v.name)
		}
	}
	slices.Sort(names)
	var faults entente.Errors
	for _, v := range append([]string{s.Actor, s.ActorElse, s.Concept, s.Qualifier}, s.Note...) {
		if v != "" && !slices.Contains(names, v) {
			faults = append(faults, ingest.Fault(name, "the variables are "+strings.Join(names, ", "), "the statement type %q has no variable %q", s.Type, v))
		}
	}
	return faults.Err()
}

// reading is the state of one pass.
type reading struct {
	Settings
	c      *contents
	p      *ingest.Proposal
	link   ingest.Linker
	unique ingest.Unique
	texts  map[int64]*source

	undated, asDefault, qualified, persons int
}

// source is a document that became one.
type source struct {
	id, hash string
	text     *ingest.Text
	why      string // why its statements cannot be used
}

func (rd *reading) document(row int, d *document) {
	at := fmt.Sprintf("document %d", d.id)
	if len(d.text) > ingest.MaxText {
		rd.texts[d.id] = &source{why: "its document is too long"}
		rd.p.Report(row, at, ingest.Problem, fmt.Sprintf("the text has more than %d MB", ingest.MaxText>>20))
		return
	}
	src := &source{text: ingest.NewText(d.text, ingest.UTF16, false)}
	src.hash = ingest.Hash(src.text.Text)
	rd.texts[d.id] = src
	title, author := ingest.Clean(d.title), ingest.Clean(d.author)
	if title == "" {
		title = at
	}
	date := ""
	if d.date != 0 {
		date = time.Unix(d.date, 0).UTC().Format("2006-01-02")
		if _, err := entente.ParseDate(date); err != nil {
			date = ""
		}
	}
	if date == "" {
		rd.undated++
	}
	url, from := ingest.Clean(d.source), ""
	if !strings.HasPrefix(url, "https://") && !strings.HasPrefix(url, "http://") {
		url, from = "", url
	}
	src.id = ingest.SlugOf(title, date, author, src.hash)
	if rd.link.Made("sources", src.id) {
		rd.p.Report(row, at, ingest.Skipped, "the same as a document before it")
		return
	}
	why := ""
	if id, ok := rd.link.Resolver.Source(ingest.SourceKey{ID: src.id, Title: title, URL: url, Date: date}); ok && id != src.id {
		src.id, why = id, "is in the corpus as "+id
	} else {
		kind := rd.SourceKinds[d.kind]
		if kind == "" {
			kind = rd.New.SourceKind
		}
		if kind == "" {
			src.why = "its document has no kind"
			rd.p.Report(row, at, ingest.Problem, fmt.Sprintf("the settings give no kind of source for documents of the type %q (source_kinds, new.source_kind)", d.kind))
			return
		}
		cells := map[string]string{
			"id": src.id, "title": title, "author": author, "date": date, "url": url, "kind": kind,
			"note": joined("; ", labelled("source", from), labelled("section", ingest.Clean(d.section)), ingest.Clean(d.notes)),
		}
		if actor, ok := rd.link.Resolver.Actor(author); ok && rd.AuthorsText && author != "" {
			cells["text_of"] = actor
		}
		if long := ingest.Oversize(cells); long != "" {
			src.why = "its document was not used"
			rd.p.Report(row, at, ingest.Problem, fmt.Sprintf("%s has more than %d kB", long, ingest.MaxCell>>10))
			return
		}
		rd.p.Add("sources", row, at, cells)
		rd.link.Make("sources", src.id)
	}
	rd.p.Documents = append(rd.p.Documents, ingest.Document{Source: src.id, Name: title, Media: "text/plain", Text: src.text.Text, Date: date})
	rd.p.Report(row, at, ingest.Used, why)
}

func labelled(label, value string) string {
	if value == "" {
		return ""
	}
	return label + ": " + value
}

func joined(sep string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), sep)
}

func (rd *reading) statement(row int, s *statement) {
	at := fmt.Sprintf("statement %d", s.id)
	coder := rd.coder(ingest.Clean(rd.c.coders[s.coder]))
	kind := rd.c.kinds[s.kind]
	src := rd.texts[s.document]
	var quote ingest.Quote
	where := "its document is not in the database"
	if src != nil {
		if where = src.why; where == "" {
			if from, to, ok := src.text.Span(int(s.start), int(s.stop)); ok {
				if quote = src.text.Quote(from, to, src.hash); len(quote.Exact) > ingest.MaxCell {
					where = fmt.Sprintf("the passage has more than %d kB", ingest.MaxCell>>10)
				}
			} else {
				where = fmt.Sprintf("the places %d to %d lie outside the document, which has %d characters", s.start, s.stop, src.text.Runes)
			}
		}
	} else {
		src = &source{}
	}
	pass := func(o ingest.Outcome, why string) {
		rd.p.Passages = append(rd.p.Passages, ingest.Passage{
			Source: src.id, Code: kind, Note: rd.allValues(s), Coder: coder, Quote: quote, Row: row, Place: at,
		})
		rd.p.Report(row, at, o, why)
	}
	if kind != rd.Type {
		pass(ingest.Skipped, fmt.Sprintf("it is of the type %q: kept as a passage", kind))
		return
	}
	qualifier := ingest.Clean(s.values[rd.Qualifier])
	if qualifier != "" {
		rd.qualified++
		if qualifier == rd.defaultValue(s.kind) {
			rd.asDefault++
		}
	}
	if s.values["person"] != "" {
		rd.persons++
	}
	actor := ingest.Clean(s.values[rd.Actor])
	if actor == "" && rd.ActorElse != "" {
		actor = ingest.Clean(s.values[rd.ActorElse])
	}
	concept := ingest.Clean(s.values[rd.Concept])
	var whys []string
	outcome := ingest.Skipped
	miss := func(o ingest.Outcome, why string) {
		whys = append(whys, why)
		if o == ingest.Problem {
			outcome = o
		}
	}
	if where != "" {
		miss(ingest.Problem, where)
	}
	stance, err := rd.stance(qualifier)
	if err != nil {
		miss(ingest.Problem, err.Error())
	}
	if len(whys) > 0 { // no new actor for a statement that is none
		pass(outcome, strings.Join(whys, "; "))
		return
	}
	for _, m := range []*ingest.Miss{rd.link.Try("actors", actor), rd.link.Try("propositions", concept)} {
		if m != nil {
			miss(m.Outcome, m.Why)
		}
	}
	if len(whys) > 0 {
		pass(outcome, strings.Join(whys, "; "))
		return
	}
	actorID, _ := rd.link.Actor(actor, row, at)
	proposition, _ := rd.link.Proposition(concept, row, at)
	place := fmt.Sprintf("%d-%d", quote.Start, quote.End)
	id, same := rd.unique.ID("st", []string{src.hash, place, actor, concept, coder}, []string{stance}, row)
	if same > 0 {
		pass(ingest.Skipped, fmt.Sprintf("the same as item %d", same))
		return
	}
	checked := "no"
	if rd.Checked {
		checked = "yes"
	}
	var notes []string
	for _, v := range rd.Note {
		notes = append(notes, labelled(v, ingest.Clean(s.values[v])))
	}
	cells := map[string]string{
		"id": id, "actor": actorID, "proposition": proposition, "stance": stance, "source": src.id, "coder": coder, "checked": checked,
		"note": joined("; ", notes...),
	}
	if long := ingest.Oversize(cells); long != "" {
		pass(ingest.Problem, fmt.Sprintf("%s has more than %d kB", long, ingest.MaxCell>>10))
		return
	}
	rd.p.Add("statements", row, at, cells)
	rd.p.Quote(id, src.id, quote, row, at)
	if coder != "" {
		rd.p.Coders = append(rd.p.Coders, coder)
	}
	rd.p.Report(row, at, ingest.Used, "")
}

// allValues tells what a passage was coded with.
func (rd *reading) allValues(s *statement) string {
	var names []string
	for n := range s.values {
		names = append(names, n)
	}
	slices.Sort(names)
	var out []string
	for _, n := range names {
		if n != "person" || slices.Contains(rd.Note, n) || rd.ActorElse == n || rd.Actor == n {
			out = append(out, labelled(n, ingest.Clean(s.values[n])))
		}
	}
	return strings.Join(out, "; ")
}

// defaultValue is what the program writes for the qualifier when nobody chose.
func (rd *reading) defaultValue(kind int64) string {
	for _, v := range rd.c.variables {
		if v.kind == kind && v.name == rd.Qualifier {
			switch v.data {
			case "boolean":
				return "1"
			case "integer":
				return "0"
			}
		}
	}
	return ""
}

func (rd *reading) remarks() {
	if rd.asDefault > 0 {
		rd.p.Note("%d of %d statements have the value of %s that the program writes when nobody chooses one: they may be choices or gaps", rd.asDefault, rd.qualified, rd.Qualifier)
	}
	if rd.undated > 0 {
		rd.p.Note("%d of %d documents have no date", rd.undated, len(rd.c.documents))
	}
	if rd.persons > 0 && !slices.Contains(rd.Note, "person") && rd.Actor != "person" && rd.ActorElse != "person" {
		rd.p.Note("%d statements name a person; the names are left out", rd.persons)
	}
	if len(rd.c.coders) > 0 {
		rd.p.Note("coders stand under pseudonyms")
	}
}
