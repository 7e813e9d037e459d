package workbench

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"entente"
	"entente/internal/auth"
	"entente/internal/extract"
	"entente/internal/ingest"
	"entente/internal/store"
	"entente/internal/view"
)

// Applied is what an import did.
type Applied struct {
	Plan   *Plan
	State  store.State
	Commit store.Commit // zero changes: everything was there already
	Wrote  map[store.Key]bool
	Texts  []AppliedText
}

// AppliedText is what became of a text of the file.
type AppliedText struct {
	Source   string
	Name     string
	Document string // id of the document; empty when it could not be used
	New      bool
	Why      string
}

// Apply writes a plan: its records as one commit, all or none, then its texts.
// state is draft (also when empty), in review, or published for who may publish.
// What the plan calls the same, a problem, or a conflict that nobody decided is
// left out; applying twice changes nothing the second time.
//
// progress is called now and then with the number of records done; an error from
// it stops the import and nothing of it is kept. It may be nil.
//
// Errors: Denied when the user may not publish; Conflict when a record moved on
// since the preview; Invalid when a record would be public and what it refers to
// is not.
func (b *Bench) Apply(ctx context.Context, u User, p *Plan, state store.State, progress func(done, total int) error) (*Applied, error) {
	const op = "import"
	switch state {
	case "":
		state = store.Draft
	case store.Draft, store.InReview:
	case store.Published:
		if !auth.Allowed(u.Role, auth.Publish) {
			return nil, fault(entente.Denied, op, "", "your role may import drafts, and not publish them", "import them as drafts")
		}
	default:
		return nil, fault(entente.Invalid, op, "state", fmt.Sprintf("records cannot be imported as %s", state), "draft, in-review or published")
	}
	if err := u.known(op); err != nil {
		return nil, err
	}
	out := &Applied{Plan: p, State: state, Wrote: map[store.Key]bool{}}
	var changes []store.Change
	for i := range p.Rows {
		r := &p.Rows[i]
		if r.writes(p, state) && !out.Wrote[r.Key] {
			changes = append(changes, store.RowChange(r.row, r.Version, state))
			out.Wrote[r.Key] = true
		}
	}
	if len(changes) > 0 {
		total := len(changes)
		reason := store.Reason{Who: u.Name, Why: "import: " + p.title(), Via: "import", SkipSame: true}
		if progress != nil {
			reason.Progress = func(done int) error { return progress(done, total) }
		}
		var err error
		if out.Commit, err = b.Store.Save(ctx, reason, changes...); err != nil {
			return nil, err
		}
		if err := b.audited(ctx, out.Commit, changes); err != nil {
			return out, err
		}
	}
	if err := b.keepPassages(ctx, u, p.Passages); err != nil {
		return out, err
	}
	return out, b.applyTexts(ctx, u, out)
}

// writes tells whether a record is written.
func (r *PlanRow) writes(p *Plan, state store.State) bool {
	switch r.Outcome {
	case PlanNew, PlanChanged:
		return true
	case PlanConflict:
		return p.Overwrite[r.Key]
	case PlanSame: // a draft that is there as it is, and is now to be public
		return state == store.Published && (r.State == store.Draft || r.State == store.InReview)
	}
	return false
}

// applyTexts brings in the texts of a file. One that cannot be read is told of
// and does not stop the others.
func (b *Bench) applyTexts(ctx context.Context, u User, out *Applied) error {
	for i := range out.Plan.Documents {
		d := &out.Plan.Documents[i]
		t := AppliedText{Source: d.Source, Name: d.Name, Why: d.Why}
		if d.Why == "" {
			doc, fresh, err := b.addText(ctx, u, d.doc)
			switch {
			case err == nil:
				t.Document, t.New = doc.ID, fresh
			case ctx.Err() != nil:
				return ctx.Err()
			default:
				t.Why = err.Error()
			}
		}
		out.Texts = append(out.Texts, t)
	}
	return nil
}

// addText brings in one text: the original when it can be read, else the plain
// text. Quotations count in the text as the file had it; the document remembers
// that text's hash, so that they find their place in it.
func (b *Bench) addText(ctx context.Context, u User, d *ingest.Document) (*Document, bool, error) {
	up := Upload{Name: d.Name, Data: d.Data, Source: entente.SourceID(d.Source), Lang: d.Lang}
	var doc *Document
	var dups []Duplicate
	err := error(fault(entente.Invalid, "import", d.Name, "the text is empty", ""))
	if len(d.Data) > 0 {
		doc, dups, err = b.AddDocument(ctx, u, up)
	}
	if err != nil && d.Text != "" && ctx.Err() == nil {
		up.Data, up.Media = []byte(d.Text), extract.MediaText
		doc, dups, err = b.AddDocument(ctx, u, up)
	}
	if err != nil {
		return nil, false, err
	}
	fresh := len(dups) == 0 || dups[0].Alike == NearText
	if d.Text == "" || doc.Has(ingest.Hash(d.Text)) {
		return doc, fresh, nil
	}
	doc.Past = append([]string{ingest.Hash(d.Text)}, doc.Past...)
	c, err := change(KindDocument, doc.ID, doc.Version, doc, store.Facets{Source: string(doc.Source)})
	if err != nil {
		return nil, false, err
	}
	if text, err := b.readText(ctx, doc.Hash, doc.Layout); err == nil {
		c.Words = text.Plain
	}
	if _, err := b.save(ctx, u, "import: quotations of "+doc.ID, c); err != nil {
		return nil, false, err
	}
	doc.Version++
	return doc, fresh, nil
}

// KeptPassages are coded passages of a source that became no statement, as an
// import brought them.
type KeptPassages struct {
	Source   entente.SourceID `json:"source"`
	Passages []ingest.Passage `json:"passages"`
}

// passagesPerRecord keeps a record below the bound of a body.
const passagesPerRecord = 200

// keepPassages keeps what an import could not turn into statements. The same
// passages are kept once.
func (b *Bench) keepPassages(ctx context.Context, u User, list []ingest.Passage) error {
	bySource := map[string][]ingest.Passage{}
	for _, p := range list {
		bySource[p.Source] = append(bySource[p.Source], p)
	}
	var changes []store.Change
	for _, src := range sortedKeys(bySource) {
		for part := range slices.Chunk(bySource[src], passagesPerRecord) {
			raw, err := json.Marshal(part)
			if err != nil {
				return err
			}
			c, err := change(KindProposal, ingest.ID("passages", src, string(raw)), store.Any, KeptPassages{entente.SourceID(src), part}, store.Facets{Source: src})
			if err != nil {
				return err
			}
			changes = append(changes, c)
		}
	}
	if len(changes) == 0 {
		return nil
	}
	_, err := b.Store.Save(ctx, store.Reason{Who: u.Name, Why: "import: passages without a stance", Via: "import", SkipSame: true}, changes...)
	return err
}

// Passages lists the passages that imports brought for a source and that no rule
// turned into a statement.
func (b *Bench) Passages(ctx context.Context, source entente.SourceID) ([]ingest.Passage, error) {
	out := []ingest.Passage{}
	err := b.each(ctx, store.Query{Kinds: []string{KindProposal}, States: live, Facets: store.Facets{Source: string(source)}}, func(v *store.Version) error {
		k, err := decode[KeptPassages](v)
		if err == nil {
			out = append(out, k.Passages...)
		}
		return err
	})
	return out, err
}

// ImportSchema names the shape of [Import].
const ImportSchema = "entente.import/1"

// Import tells of an import, before or after it was done, row by row.
type Import struct {
	Schema  string              `json:"schema"`
	Done    bool                `json:"done"`
	State   store.State         `json:"state,omitempty"`
	Commit  int64               `json:"commit,omitempty"` // 0: nothing was written
	At      *time.Time          `json:"at,omitempty"`
	Counts  map[PlanOutcome]int `json:"counts"`
	Written int                 `json:"written"`
	Rows    []ImportRow         `json:"rows"`
	Texts   []AppliedText       `json:"texts"`
	Kept    int                 `json:"passages_kept"` // passages that became no statement
	Notes   []string            `json:"notes"`
}

// ImportRow is one record, or one row of the file that became none.
type ImportRow struct {
	Row     int    `json:"row"`
	Place   string `json:"place"`
	Record  string `json:"record,omitempty"` // "table:key"
	Outcome string `json:"outcome"`
	Written bool   `json:"written"`
	Why     string `json:"why,omitempty"`
	Changes string `json:"changes,omitempty"` // "column: before → after", when it differs from what was there
}

// Page is the report of a plan, row by row, for every face.
func (p *Plan) Page() *view.Page { return importPage(&Applied{Plan: p}, false) }

// Page is the report of what was done, row by row, for every face.
func (a *Applied) Page() *view.Page { return importPage(a, true) }

func importPage(a *Applied, done bool) *view.Page {
	p := a.Plan
	v := &Import{Schema: ImportSchema, Done: done, State: a.State, Counts: map[PlanOutcome]int{}, Rows: []ImportRow{}, Texts: a.Texts, Kept: len(p.Passages), Notes: p.Notes}
	if v.Notes == nil {
		v.Notes = []string{}
	}
	title := "Import, before it is done: " + p.title()
	if done {
		title = "Import: " + p.title()
		if a.Commit.Changes > 0 {
			v.Commit, v.At, v.Written = a.Commit.Seq, &a.Commit.At, a.Commit.Changes
		}
	} else {
		for i := range p.Documents {
			d := &p.Documents[i]
			v.Texts = append(v.Texts, AppliedText{Source: d.Source, Name: d.Name, Why: d.Why})
		}
	}
	if v.Texts == nil {
		v.Texts = []AppliedText{}
	}
	told := map[int]bool{}
	for i := range p.Rows {
		r := &p.Rows[i]
		told[r.Row] = true
		v.Counts[r.Outcome]++
		v.Rows = append(v.Rows, ImportRow{r.Row, r.Place, r.String(), string(r.Outcome), done && a.Wrote[r.Key] && r.writes(p, a.State), r.Why, r.differences()})
	}
	for _, r := range p.Read { // rows without a record, with what the reader says of them
		if !told[r.Row] || r.Outcome == ingest.Problem {
			v.Rows = append(v.Rows, ImportRow{Row: r.Row, Place: r.Place, Outcome: string(r.Outcome), Why: r.Why})
		}
	}
	slices.SortStableFunc(v.Rows, func(a, b ImportRow) int { return a.Row - b.Row })
	t := view.Table{Name: "import", Header: []string{"row", "place", "record", "outcome", "written", "why", "changes"}}
	for _, r := range v.Rows {
		t.Rows = append(t.Rows, []string{strconv.Itoa(r.Row), r.Place, r.Record, r.Outcome, strconv.FormatBool(r.Written), r.Why, r.Changes})
	}
	return &view.Page{Title: title, Data: v, Table: t, Sources: []entente.SourceID{}}
}

func (r *PlanRow) differences() string {
	var s strings.Builder
	for i, c := range r.Cells {
		if i > 0 {
			s.WriteString("; ")
		}
		_, _ = fmt.Fprintf(&s, "%s: %s → %s", c.Column, ingest.Clip(c.Before, 80), ingest.Clip(c.After, 80))
	}
	return s.String()
}
