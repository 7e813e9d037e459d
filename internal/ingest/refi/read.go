package refi

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"entente"
	"entente/internal/ingest"
)

// Read reads a project. Rows are its sources and then the codings of each, in
// the order of the file.
func Read(ctx context.Context, name string, data []byte, s Settings, r ingest.Resolver) (*ingest.Proposal, error) {
	if err := s.Check("settings"); err != nil {
		return nil, err
	}
	a, err := open(name, data)
	if err != nil {
		return nil, err
	}
	codes, err := newBook(name, a.project.Codes, s)
	if err != nil {
		return nil, err
	}
	p := &ingest.Proposal{}
	rd := &reading{
		Settings: s, ctx: ctx, a: a, codes: codes, p: p, users: map[string]string{}, variables: map[string]string{}, cases: map[string][]*caseOf{},
		link: ingest.Linker{Resolver: r, Unknown: s.Unknown, New: s.New, Proposal: p},
	}
	for _, u := range a.project.Users {
		rd.users[guid(u.GUID)] = s.coder(ingest.Clean(u.Name))
	}
	for _, v := range a.project.Variables {
		rd.variables[guid(v.GUID)] = ingest.Clean(v.Name)
	}
	for i := range a.project.Cases {
		c := &a.project.Cases[i]
		for _, ref := range slices.Concat(c.Sources, c.Selections) {
			rd.cases[guid(ref.Target)] = append(rd.cases[guid(ref.Target)], c)
		}
	}
	if err := rd.all(); err != nil {
		return nil, err
	}
	p.Finish()
	return p, nil
}

type reading struct {
	Settings
	ctx       context.Context
	a         *archiveOf
	codes     *book
	p         *ingest.Proposal
	link      ingest.Linker
	unique    ingest.Unique
	users     map[string]string // guid → pseudonym
	variables map[string]string // guid → name
	cases     map[string][]*caseOf
	row       int
	described int
}

func (rd *reading) all() error {
	pr := &rd.a.project
	for i := range pr.Texts {
		t := &pr.Texts[i]
		if err := rd.source(item{guid: t.GUID, name: t.Name, original: t.Rich, text: t, codings: t.Codings, values: t.Values, user: t.User}); err != nil {
			return err
		}
	}
	for i := range pr.PDFs {
		x := &pr.PDFs[i]
		t := x.Text
		if t == nil {
			t = &text{}
		}
		t.Selections = append(t.Selections, x.Selections...)
		if err := rd.source(item{
			guid: x.GUID, name: x.Name, original: x.Path, text: t, areas: x.Areas, codings: slices.Concat(x.Codings, t.Codings),
			values: slices.Concat(x.Values, t.Values), user: x.User, media: "application/pdf",
		}); err != nil {
			return err
		}
	}
	for _, m := range slices.Concat(pr.Pictures, pr.Sounds, pr.Films) {
		rd.p.Report(rd.next(), fmt.Sprintf("source %q", m.Name), ingest.Skipped, "pictures, sound and film are not read")
	}
	if rd.described > 0 && !rd.Descriptions {
		rd.p.Note("%d passages have a description; the descriptions are left out", rd.described)
	}
	if len(rd.users) > 0 {
		rd.p.Note("coders stand under pseudonyms")
	}
	return nil
}

// next counts one more row: a source, or a coding where it stands in the file.
func (rd *reading) next() int {
	rd.row++
	return rd.row
}

// item is a source of the project.
type item struct {
	guid, name, user string
	original, media  string // path and media type of the original
	text             *text
	areas            []selection
	codings          []coding // of the whole source
	values           []value
}

// source is an item that became one.
type source struct {
	item
	id, hash string
	counted  counted
	actors   []string // by codes on the whole source
}

func (rd *reading) source(it item) error {
	if err := rd.ctx.Err(); err != nil {
		return err
	}
	name := ingest.Clean(it.name)
	if name == "" {
		name = it.guid
	}
	name = ingest.Clip(name, 1000)
	at, row := fmt.Sprintf("source %q", ingest.Clip(name, 80)), rd.next()
	doc := ingest.Document{Name: name, Media: "text/plain"}
	why := rd.original(&it, &doc)
	raw, missing := rd.raw(it.text)
	if missing != "" && len(doc.Data) == 0 {
		rd.p.Report(row, at, ingest.Problem, missing)
		rd.lost(it, missing)
		return nil
	}
	src := &source{item: it, counted: count(raw, rd.a.project.Origin, it.text.Selections)}
	doc.Text = src.counted.text.Text
	src.hash = ingest.Hash(doc.Text)
	date := rd.value(it, rd.DateVariable)
	if len(date) > 10 && date[10] == 'T' {
		date = date[:10]
	}
	if _, err := entente.ParseDate(date); err != nil {
		why, date = join(why, fmt.Sprintf("its date %q was not read", ingest.Clip(date, 40))), ""
	}
	doc.Date = date
	src.id = ingest.SlugOf(name, src.hash, ingest.Hash(string(doc.Data)))
	if id, ok := rd.link.Resolver.Source(ingest.SourceKey{ID: src.id, Title: name, Date: date}); ok && id != src.id {
		src.id, why = id, join(why, "is in the corpus as "+id)
	} else {
		if rd.New.SourceKind == "" {
			missing = "the settings give no kind for new sources (new.source_kind)"
			rd.p.Report(row, at, ingest.Problem, missing)
			rd.lost(it, missing)
			return nil
		}
		if !rd.link.Made("sources", src.id) {
			rd.p.Add("sources", row, at, map[string]string{"id": src.id, "title": name, "date": date, "kind": rd.New.SourceKind})
			rd.link.Make("sources", src.id)
		}
	}
	doc.Source = src.id
	rd.p.Documents = append(rd.p.Documents, doc)
	if !src.counted.sure && len(it.text.Selections) > 0 {
		rd.p.Note("%s: nothing in the file shows how places are counted; they were read as %s", at, src.counted.way)
	}
	rd.p.Report(row, at, ingest.Used, why)
	return rd.passages(src)
}

// original adds the original to the document, when the file holds it.
func (rd *reading) original(it *item, doc *ingest.Document) (why string) {
	if it.original == "" {
		return ""
	}
	data, why := rd.a.member(it.original, ingest.MaxBytes)
	if why != "" {
		return "the original is left out: " + why
	}
	doc.Data = data
	ext := strings.ToLower(path.Ext(it.original))
	if doc.Media = it.media; doc.Media == "" {
		doc.Media = mediaTypes[ext]
	}
	if doc.Media == "" {
		doc.Media = "application/octet-stream"
	}
	if path.Ext(doc.Name) == "" {
		doc.Name += ext
	}
	return ""
}

var mediaTypes = map[string]string{
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".pdf": "application/pdf", ".rtf": "application/rtf",
	".html": "text/html", ".htm": "text/html", ".txt": "text/plain", ".odt": "application/vnd.oasis.opendocument.text", ".doc": "application/msword",
}

// raw gives the plain text of a source.
func (rd *reading) raw(t *text) (raw, why string) {
	if t.Content != nil {
		return *t.Content, ""
	}
	if t.Plain == "" {
		return "", "the project holds no plain text of it"
	}
	b, why := rd.a.member(t.Plain, ingest.MaxText)
	return strings.TrimPrefix(string(b), "\ufeff"), why
}

// value gives the value of a variable of a source, or of a case that holds it.
func (rd *reading) value(it item, name string) string {
	if name == "" {
		return ""
	}
	lists := [][]value{it.values}
	for _, c := range rd.cases[guid(it.guid)] {
		lists = append(lists, c.Values)
	}
	for _, list := range lists {
		for _, v := range list {
			if strings.EqualFold(rd.variables[guid(v.Variable.Target)], name) && v.String() != "" {
				return v.String()
			}
		}
	}
	return ""
}

// lost reports the codings of a source that could not be used.
func (rd *reading) lost(it item, why string) {
	for _, s := range slices.Concat(it.text.Selections, it.areas) {
		for _, c := range s.Codings {
			rd.passage(rd.next(), &source{item: it}, s, c, ingest.Quote{}, ingest.Problem, "its source: "+why)
		}
	}
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}
