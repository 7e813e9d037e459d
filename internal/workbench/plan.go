package workbench

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/ingest"
	"entente/internal/store"
)

// PlanOutcome says what an import would do with a record.
type PlanOutcome string

// The outcomes.
const (
	PlanNew      PlanOutcome = "new"      // it is not there yet
	PlanSame     PlanOutcome = "same"     // it is there as it is
	PlanChanged  PlanOutcome = "changed"  // an import wrote it last, and now it says something else
	PlanConflict PlanOutcome = "conflict" // somebody has edited or retired it since: left alone unless one says otherwise
	PlanProblem  PlanOutcome = "problem"  // it cannot be used
)

// PlanOutcomes lists them.
var PlanOutcomes = []PlanOutcome{PlanNew, PlanSame, PlanChanged, PlanConflict, PlanProblem}

// PlanRow is one record of a plan.
type PlanRow struct {
	store.Key
	Row     int    // of the file; 0 for none
	Place   string // in the file
	Outcome PlanOutcome
	Why     string                   // for problems and conflicts
	Version int                      // that is there now; 0 for none
	State   store.State              // of that version
	By      string                   // who wrote it, for changes and conflicts
	At      time.Time                // and when
	Cells   []datapackage.CellChange // what differs, for changes and conflicts

	row  datapackage.Row
	body json.RawMessage
}

// PlanDocument is a text of the file.
type PlanDocument struct {
	Source string
	Name   string
	Bytes  int
	Why    string // when it cannot be used

	doc *ingest.Document
}

// Plan is what an import would do: nothing is written by it. It holds for the
// store as it was; [Bench.Apply] refuses it when a record has moved on since.
type Plan struct {
	Rows      []PlanRow
	Documents []PlanDocument
	Passages  []ingest.Passage   // coded passages that became no statement: kept with the import
	Read      []ingest.RowReport // what the reader made of each row of the file
	Coders    []string
	Notes     []string
	// Overwrite holds the conflicts in which the file wins; the caller fills it.
	Overwrite map[store.Key]bool
}

// Count gives the number of records with an outcome.
func (p *Plan) Count(o PlanOutcome) int {
	n := 0
	for i := range p.Rows {
		if p.Rows[i].Outcome == o {
			n++
		}
	}
	return n
}

// untold are columns that a file may leave open without meaning that they are
// empty: the workbench fills them in itself.
var untold = map[string]string{KindSource: "sha256"}

// maxRecords bounds the records of one import.
const maxRecords = store.MaxChanges / 2

// Preview looks at what a reader proposes and tells, record by record, what
// would become of it. It writes nothing.
func (b *Bench) Preview(ctx context.Context, u User, p *ingest.Proposal) (*Plan, error) {
	const op = "preview"
	if len(p.Records) > maxRecords {
		return nil, fault(entente.Invalid, op, "", fmt.Sprintf("the file proposes %d records, more than %d", len(p.Records), maxRecords), "split it")
	}
	out := &Plan{Passages: p.Passages, Read: p.Rows, Coders: p.Coders, Notes: slices.Clone(p.Notes), Overwrite: map[store.Key]bool{}}
	at := map[store.Key]int{}
	for i := range p.Records {
		if i%4096 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		out.Rows = append(out.Rows, b.planRow(&p.Records[i]))
		r := &out.Rows[i]
		first, twice := at[r.Key]
		switch {
		case r.Outcome == PlanProblem && (twice || r.ID == ""):
			continue
		case r.Outcome != PlanProblem && twice && out.Rows[first].Outcome != PlanProblem:
			r.Outcome, r.Why = PlanProblem, fmt.Sprintf("another row (%s) has the same key and says something else", out.Rows[first].Place)
			if string(r.body) == string(out.Rows[first].body) {
				r.Outcome, r.Why = PlanSame, "the same again as "+out.Rows[first].Place
			}
		default:
			at[r.Key] = i
		}
	}
	if err := b.planHeads(ctx, u, out); err != nil {
		return nil, err
	}
	if err := b.planRefs(ctx, out, at); err != nil {
		return nil, err
	}
	for i := range p.Documents {
		d := &p.Documents[i]
		x := PlanDocument{Source: d.Source, Name: d.Name, Bytes: len(d.Data) + len(d.Text), doc: d}
		j, planned := at[store.Key{Kind: KindSource, ID: d.Source}]
		if planned && out.Rows[j].Outcome == PlanProblem {
			x.Why = "its source cannot be used"
		} else if !planned {
			if err := b.there(ctx, op, KindSource, d.Source); err != nil {
				x.Why = "its source is not there"
			}
		}
		out.Documents = append(out.Documents, x)
	}
	return out, nil
}

// planRow checks a record on its own.
func (b *Bench) planRow(rec *ingest.Record) PlanRow {
	r := PlanRow{Row: rec.Row, Place: rec.Place, Outcome: PlanNew}
	r.Kind = rec.Kind
	if !isTable(rec.Kind) {
		r.Outcome, r.Why = PlanProblem, fmt.Sprintf("%q is no table of the corpus", rec.Kind)
		return r
	}
	r.row = datapackage.Row{Table: rec.Kind, Cells: rec.List()}
	r.ID = r.row.ID()
	for _, column := range sortedKeys(rec.Cells) {
		if columnOf(rec.Kind, column) < 0 {
			r.Outcome, r.Why = PlanProblem, fmt.Sprintf("the table %s has no column %q", rec.Kind, column)
			return r
		}
	}
	if err := r.row.Check(); err != nil {
		r.Outcome, r.Why = PlanProblem, err.Error()
		return r
	}
	if err := checkID(r.Kind, r.ID); err != nil {
		r.Outcome, r.Why = PlanProblem, "the key is empty, overlong or holds a control character"
		return r
	}
	r.body = store.EncodeRow(r.row)
	return r
}

// planHeads sets every record beside what is there.
func (b *Bench) planHeads(ctx context.Context, u User, p *Plan) error {
	var keys []store.Key
	for i := range p.Rows {
		if p.Rows[i].Outcome == PlanNew {
			keys = append(keys, p.Rows[i].Key)
		}
	}
	heads, err := b.Store.Heads(ctx, keys)
	if err != nil {
		return err
	}
	for i := range p.Rows {
		r := &p.Rows[i]
		h, there := heads[r.Key]
		if r.Outcome != PlanNew || !there {
			continue
		}
		r.Version, r.State = h.Version, h.State
		if h.Holds(r.body) && h.State != store.Retired && h.Layer == "" {
			r.Outcome = PlanSame
			continue
		}
		if err := b.planBeside(ctx, u, r); err != nil {
			return err
		}
	}
	return nil
}

// planBeside tells how a record differs from what is there, and who wrote that.
func (b *Bench) planBeside(ctx context.Context, u User, r *PlanRow) error {
	v, err := b.see(ctx, u, r.Key)
	if entente.KindOf(err) == entente.NotFound { // there, but hidden from the user
		r.Version, r.State = 0, ""
		r.Outcome, r.Why = PlanProblem, "the id is taken"
		return nil
	}
	if err != nil {
		return err
	}
	r.Version, r.State, r.By, r.At = v.Number, v.State, v.Commit.Who, v.Commit.At
	old, err := cellsOf(v)
	if err != nil {
		return err
	}
	if column := untold[r.Kind]; column != "" && r.row.Cells[columnOf(r.Kind, column)] == "" && old[column] != "" {
		r.row.Cells[columnOf(r.Kind, column)] = old[column]
		r.body = store.EncodeRow(r.row)
	}
	for i, c := range datapackage.Columns(r.Kind) {
		if was, now := old[c.Name], r.row.Cells[i]; was != now {
			r.Cells = append(r.Cells, datapackage.CellChange{Column: c.Name, Before: was, After: now})
		}
	}
	switch {
	case v.State == store.Retired:
		r.Outcome, r.Why = PlanConflict, "it was retired by "+v.Commit.Who
	case len(r.Cells) == 0:
		r.Outcome = PlanSame
	case v.Commit.Via == "import" || v.Commit.Via == "init":
		r.Outcome = PlanChanged
	default:
		r.Outcome, r.Why = PlanConflict, fmt.Sprintf("%s changed it on %s", v.Commit.Who, v.Commit.At.Format(time.DateOnly))
	}
	return nil
}

// planRefs makes problems of the records that refer to what is neither there nor
// proposed; and so on, for those that refer to these.
func (b *Bench) planRefs(ctx context.Context, p *Plan, at map[store.Key]int) error {
	missing := map[store.Key]bool{}
	var keys []store.Key
	for i := range p.Rows {
		if p.Rows[i].Outcome == PlanProblem {
			continue
		}
		for _, ref := range p.Rows[i].row.Refs() {
			k := store.Key{Kind: ref.Table, ID: ref.ID}
			if _, planned := at[k]; !planned && !missing[k] {
				missing[k] = true
				keys = append(keys, k)
			}
		}
	}
	heads, err := b.Store.Heads(ctx, keys)
	if err != nil {
		return err
	}
	maps.DeleteFunc(missing, func(k store.Key, _ bool) bool {
		h, there := heads[k]
		return there && h.State != store.Retired && h.Layer == ""
	})
	for again := true; again; {
		again = false
		for i := range p.Rows {
			r := &p.Rows[i]
			if r.Outcome == PlanProblem || r.Outcome == PlanSame {
				continue
			}
			for _, ref := range r.row.Refs() {
				k := store.Key{Kind: ref.Table, ID: ref.ID}
				j, planned := at[k]
				switch {
				case planned && p.Rows[j].Outcome == PlanProblem && p.Rows[j].Version == 0:
					r.Outcome, r.Why = PlanProblem, fmt.Sprintf("it refers to %s, which cannot be used", k)
				case !planned && missing[k]:
					r.Outcome, r.Why = PlanProblem, fmt.Sprintf("it refers to %s, which is neither there nor in the file", k)
				default:
					continue
				}
				again = true
				break
			}
		}
	}
	return nil
}

// Resolver looks names up in what is published and in the drafts: it is what the
// readers of files are given.
func (b *Bench) Resolver(ctx context.Context) (ingest.Resolver, error) {
	c, _, err := b.Store.Corpus(ctx)
	if err != nil {
		return nil, err
	}
	r := entente.Records{
		Actors: slices.Clone(c.Actors), Sources: slices.Clone(c.Sources), Instruments: slices.Clone(c.Instruments), Propositions: slices.Clone(c.Propositions),
		RollCalls: slices.Clone(c.RollCalls), Votes: slices.Clone(c.Votes), Incidents: slices.Clone(c.Incidents), Statements: slices.Clone(c.Statements),
	}
	known := func(v *store.Version) bool {
		switch v.Kind {
		case KindActor:
			return c.Actor(entente.ActorID(v.ID)) != nil
		case KindSource:
			return c.Source(entente.SourceID(v.ID)) != nil
		case KindInstrument:
			return c.Instrument(entente.InstrumentID(v.ID)) != nil
		case KindProposition:
			return c.Proposition(entente.PropositionID(v.ID)) != nil
		}
		return false
	}
	read := map[string]func(*entente.Records, []string) error{}
	ask := store.Query{Kinds: []string{KindActor, KindSource, KindInstrument, KindProposition}, States: []store.State{store.Draft, store.InReview}}
	err = b.each(ctx, ask, func(v *store.Version) error {
		if known(v) {
			return nil
		}
		row, err := store.DecodeRow(v.Kind, v.Body)
		if err != nil {
			return err
		}
		if read[v.Kind] == nil {
			read[v.Kind], _ = datapackage.Reader(v.Kind)
		}
		_ = read[v.Kind](&r, row.Cells) // an unfinished draft: what can be read of it is enough to be found
		return nil
	})
	if err != nil {
		return nil, err
	}
	return ingest.InCorpus(entente.NewCorpus(c.Info, r)), nil
}

// title says what a plan is about.
func (p *Plan) title() string {
	var parts []string
	for _, o := range PlanOutcomes {
		if n := p.Count(o); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, o))
		}
	}
	if len(parts) == 0 {
		return "no records"
	}
	return strings.Join(parts, ", ")
}
