package workbench

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"entente"
	"entente/internal/store"
)

// A proposition is split into several or merged with others without losing
// anything: everything that refers to it follows, in one commit that
// [store.Store.Undo] takes back whole. What refers to a proposition:
//
//	statements, implications, codebook   a column
//	propositions                         the parent
//	coverage                             a subject "proposition:ID"
//	challenges, facts                    the record that they name
//	tasks, settlements                   records of the workbench
//
// Comments and private notes stay with the record that they were written on.

// Move is one record that a split or a merge writes.
type Move struct {
	Kind    string
	ID      string
	Version int // that is there now; 0 for a new record
	State   store.State
	Coder   string
	From    string // the proposition it is on
	To      string // where it goes; several joined by ";"
	What    string // moved, retired, made, copied
}

// Reshape is what a split or a merge would do, or did.
type Reshape struct {
	Moves []Move
	// Problems have to be decided first: nothing is written while there is one.
	Problems []Trouble
	// Together lists what comes to stand side by side by a merge: the same coder
	// and source with several statements on what is now one proposition. Both
	// are kept.
	Together []Together
	Notes    []string
	Commit   store.Commit // zero in a preview

	changes []store.Change
}

// Trouble is something that somebody has to decide.
type Trouble struct {
	Record string // "kind:id", or a proposition
	Msg    string
	Hint   string
}

// Together are statements of one coder, source and actor on one proposition.
type Together struct {
	Source     entente.SourceID
	Actor      entente.ActorID
	Coder      string
	Statements []string
	Stances    []string
	Differ     bool // they say different things
}

// Statements gives the number of statements that are moved.
func (r *Reshape) Statements() int {
	n := 0
	for i := range r.Moves {
		if r.Moves[i].Kind == KindStatement {
			n++
		}
	}
	return n
}

// reshaper gathers what refers to some propositions and how it changes.
type reshaper struct {
	b       *Bench
	op      string
	olds    []string // the propositions that records leave
	w       *batch
	out     *Reshape
	renamed map[string]string // "kind:id" of rows whose key changes → the new one
	seen    map[store.Key]bool
}

func (b *Bench) reshaper(op string, olds []entente.PropositionID) *reshaper {
	r := &reshaper{b: b, op: op, w: newBatch(), out: &Reshape{}, renamed: map[string]string{}, seen: map[store.Key]bool{}}
	for _, p := range olds {
		r.olds = append(r.olds, string(p))
	}
	return r
}

func (r *reshaper) trouble(record, hint, format string, args ...any) {
	r.out.Problems = append(r.out.Problems, Trouble{record, fmt.Sprintf(format, args...), hint})
}

// add puts a change in and tells of it.
func (r *reshaper) add(c store.Change, what, coder, from, to string) {
	r.w.add(c)
	version := c.Base
	r.out.Moves = append(r.out.Moves, Move{c.Kind, c.ID, version, c.State, coder, from, to, what})
}

// head takes the latest version of a record, once. One with an edit beside its
// published version cannot be moved: one commit holds one version of a record.
func (r *reshaper) head(ctx context.Context, v *store.Version) (bool, error) {
	if r.seen[v.Key] || v.Layer != "" {
		return false, nil
	}
	r.seen[v.Key] = true
	err := r.b.unfinished(ctx, r.op, v)
	if entente.KindOf(err) == entente.Conflict {
		r.trouble(v.String(), "publish that edit, or restore the published version", "an edit of it is not published yet, by %s", v.Commit.Who)
		return false, nil
	}
	return err == nil, err
}

// on calls f for the latest version of every row of a kind whose column
// proposition names one of the old ones, the retired ones too.
func (r *reshaper) on(ctx context.Context, kind string, f func(v *store.Version, cells map[string]string) error) error {
	for _, p := range r.olds {
		err := r.b.each(ctx, store.Query{Kinds: []string{kind}, Facets: store.Facets{Proposition: p}}, func(v *store.Version) error {
			ok, err := r.head(ctx, v)
			if !ok || err != nil {
				return err
			}
			cells, err := cellsOf(v)
			if err != nil {
				return err
			}
			return f(v, cells)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// editedAway looks for published rows on the old propositions whose unpublished
// edit is on another one: they cannot be moved either.
func (r *reshaper) editedAway(ctx context.Context, c *entente.Corpus) error {
	var keys []store.Key
	for _, p := range r.olds {
		for _, s := range c.StatementsOn(entente.PropositionID(p)) {
			keys = append(keys, store.Key{Kind: KindStatement, ID: s.ID})
		}
	}
	for i := range c.Implications {
		if has(r.olds, string(c.Implications[i].Proposition)) {
			keys = append(keys, rowKey(c.Implications[i]))
		}
	}
	return r.heads(ctx, keys, func(*store.Version, map[string]string) error { return nil })
}

// heads calls f for the latest versions of rows that were not seen yet.
func (r *reshaper) heads(ctx context.Context, keys []store.Key, f func(v *store.Version, cells map[string]string) error) error {
	for _, k := range keys {
		if r.seen[k] {
			continue
		}
		v, err := r.b.Store.Get(ctx, k)
		if err != nil {
			return err
		}
		ok, err := r.head(ctx, v)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		cells, err := cellsOf(v)
		if err != nil {
			return err
		}
		if err := f(v, cells); err != nil {
			return err
		}
	}
	return nil
}

// drafts are the keys of rows of a kind that are not public yet.
func (r *reshaper) drafts(ctx context.Context, kind string, keys []store.Key) ([]store.Key, error) {
	err := r.b.each(ctx, store.Query{Kinds: []string{kind}, States: []store.State{store.Draft, store.InReview}}, func(v *store.Version) error {
		keys = append(keys, v.Key)
		return nil
	})
	return keys, err
}

// set writes a row with a changed cell in the state that it has.
func (r *reshaper) set(v *store.Version, cells map[string]string, column, value string) {
	from := cells[column]
	cells[column] = value
	r.add(store.RowChange(rowWith(v.Kind, cells), v.Number, v.State), "moved", cells["coder"], from, value)
}

// rekey moves a row whose key holds the proposition: the new one is written, the
// old one retired.
func (r *reshaper) rekey(ctx context.Context, v *store.Version, cells map[string]string, to string) error {
	from := cells["proposition"]
	cells["proposition"] = to
	row := rowWith(v.Kind, cells)
	base, err := r.baseOf(ctx, store.Key{Kind: v.Kind, ID: row.ID()})
	if err != nil {
		return err
	}
	r.add(store.RowChange(row, base, v.State), "moved", "", from, to)
	r.renamed[v.String()] = v.Kind + ":" + row.ID()
	r.add(again(v, store.Retired), "retired", "", from, "")
	return nil
}

// baseOf is the number of the latest version of a record, 0 when there is none.
func (r *reshaper) baseOf(ctx context.Context, k store.Key) (int, error) {
	v, err := r.b.Store.Get(ctx, k)
	switch {
	case entente.KindOf(err) == entente.NotFound:
		return 0, nil
	case err != nil:
		return 0, err
	}
	return v.Number, nil
}

// coverage replaces the subjects of coverage records: to gives the propositions
// that stand in for an old one in one record.
func (r *reshaper) coverage(ctx context.Context, c *entente.Corpus, to func(id, old string) []string) error {
	var keys []store.Key
	for i := range c.Coverages {
		if slices.ContainsFunc(c.Coverages[i].Subjects, r.isOld) {
			keys = append(keys, store.Key{Kind: KindCoverage, ID: c.Coverages[i].ID})
		}
	}
	keys, err := r.drafts(ctx, KindCoverage, keys)
	if err != nil {
		return err
	}
	return r.heads(ctx, keys, func(v *store.Version, cells map[string]string) error {
		var subjects, from, into []string
		for s := range strings.SplitSeq(cells["subjects"], ";") {
			if !r.isOld(s) {
				subjects = append(subjects, s)
				continue
			}
			old := strings.TrimPrefix(s, aboutProposition)
			news := to(v.ID, old)
			from, into = append(from, old), append(into, news...)
			for _, n := range news {
				subjects = append(subjects, aboutProposition+n)
			}
		}
		if from == nil {
			return nil
		}
		cells["subjects"] = strings.Join(uniq(subjects), ";")
		r.add(store.RowChange(rowWith(v.Kind, cells), v.Number, v.State), "moved", cells["coder"], strings.Join(from, ";"), strings.Join(uniq(into), ";"))
		return nil
	})
}

func (r *reshaper) isOld(subject string) bool {
	p, ok := strings.CutPrefix(subject, aboutProposition)
	return ok && has(r.olds, p)
}

// uniq leaves out repeats and keeps the order.
func uniq(list []string) []string {
	var out []string
	for _, s := range list {
		if !has(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// children moves the propositions that detail an old one.
func (r *reshaper) children(ctx context.Context, c *entente.Corpus, to func(child, old string) string) error {
	var keys []store.Key
	for i := range c.Propositions {
		if has(r.olds, string(c.Propositions[i].Parent)) {
			keys = append(keys, rowKey(c.Propositions[i]))
		}
	}
	keys, err := r.drafts(ctx, KindProposition, keys)
	if err != nil {
		return err
	}
	keys = slices.DeleteFunc(keys, func(k store.Key) bool { return has(r.olds, k.ID) })
	return r.heads(ctx, keys, func(v *store.Version, cells map[string]string) error {
		if old := cells["parent"]; has(r.olds, old) {
			if now := to(v.ID, old); now != old {
				r.set(v, cells, "parent", now)
			}
		}
		return nil
	})
}

// named follows the rows that name a record by "table:key": challenges and facts.
// The retired propositions go over into gone; a challenge without a place to go
// is retired when it is closed, and a problem when it is open.
func (r *reshaper) named(ctx context.Context, c *entente.Corpus, gone map[string]string) error {
	for p, to := range gone {
		if to != "" {
			r.renamed[KindProposition+":"+p] = KindProposition + ":" + to
		}
	}
	var keys []store.Key
	for i := range c.Challenges {
		keys = append(keys, rowKey(c.Challenges[i]))
	}
	err := r.heads(ctx, keys, func(v *store.Version, cells map[string]string) error {
		record := cells["record"]
		now, ok := r.renamed[record]
		kind, id, _ := strings.Cut(record, ":")
		_, retired := gone[id]
		switch {
		case ok:
			r.set(v, cells, "record", now)
		case kind == KindProposition && retired && cells["status"] == string(entente.ChallengeOpen):
			r.trouble(v.String(), "answer or withdraw it first", "an open challenge to %s", id)
		case kind == KindProposition && retired:
			r.add(again(v, store.Retired), "retired", "", id, "")
		}
		return nil
	})
	if err != nil {
		return err
	}
	keys = nil
	for i := range c.Facts {
		if slices.ContainsFunc(c.Facts[i].RecordedIn, func(s string) bool { return r.renamed[s] != "" }) {
			keys = append(keys, store.Key{Kind: "facts", ID: c.Facts[i].ID})
		}
	}
	return r.heads(ctx, keys, func(v *store.Version, cells map[string]string) error {
		list := strings.Split(cells["recorded_in"], ";")
		for i, s := range list {
			list[i] = cmp.Or(r.renamed[s], s)
		}
		r.set(v, cells, "recorded_in", strings.Join(uniq(list), ";"))
		return nil
	})
}

// tasks follows the tasks that ask for an old proposition.
func (r *reshaper) tasks(ctx context.Context, to func(old string) []string) error {
	return r.b.each(ctx, store.Query{Kinds: []string{KindTask}, States: live}, func(v *store.Version) error {
		t, err := decode[Task](v)
		if err != nil {
			return err
		}
		var now, from, into []string
		for _, p := range t.Propositions {
			if !has(r.olds, string(p)) {
				now = append(now, string(p))
				continue
			}
			from, into = append(from, string(p)), append(into, to(string(p))...)
		}
		if from == nil {
			return nil
		}
		now = uniq(append(now, into...))
		slices.Sort(now)
		t.Propositions = nil
		for _, p := range now {
			t.Propositions = append(t.Propositions, entente.PropositionID(p))
		}
		c, err := change(KindTask, v.ID, v.Number, t, store.Facets{Source: string(t.Source)})
		if err == nil {
			r.add(c, "moved", "", strings.Join(from, ";"), strings.Join(uniq(into), ";"))
		}
		return err
	})
}

// settlements follows the settlements of units on an old proposition.
func (r *reshaper) settlements(ctx context.Context, to func(s *Settlement) string) error {
	for _, p := range r.olds {
		err := r.b.each(ctx, store.Query{Kinds: []string{KindSettlement}, States: live, Facets: store.Facets{Proposition: p}}, func(v *store.Version) error {
			s, err := decode[Settlement](v)
			if err != nil {
				return err
			}
			now := to(s)
			if now == "" || now == p {
				return nil
			}
			s.Proposition = entente.PropositionID(now)
			f := facets(v)
			f.Proposition = now
			c, err := change(KindSettlement, v.ID, v.Number, s, f)
			if err == nil {
				r.add(c, "moved", "", p, now)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// entries gives the live codebook rows of a proposition in the order of their
// versions, and the highest number that was ever given.
func (r *reshaper) entries(ctx context.Context, p string) (list []store.Version, last int, err error) {
	all, err := r.b.codebookRows(ctx, p)
	if err != nil {
		return nil, 0, err
	}
	for i := range all {
		last = max(last, versionOf(&all[i]))
		if all[i].State != store.Retired {
			list = append(list, all[i])
		}
	}
	slices.SortFunc(list, func(a, b store.Version) int { return cmp.Compare(versionOf(&a), versionOf(&b)) })
	return list, last, nil
}

// finish orders the result.
func (r *reshaper) finish() *Reshape {
	r.out.changes = r.w.list
	slices.SortStableFunc(r.out.Moves, func(a, b Move) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
	})
	slices.SortFunc(r.out.Problems, func(a, b Trouble) int { return cmp.Or(cmp.Compare(a.Record, b.Record), cmp.Compare(a.Msg, b.Msg)) })
	return r.out
}

// do writes what was previewed, or refuses with its problems.
func (r *Reshape) do(ctx context.Context, b *Bench, u User, op, why string) (*Reshape, error) {
	if len(r.Problems) > 0 {
		var faults entente.Errors
		for _, p := range r.Problems {
			faults = append(faults, fault(entente.Conflict, op, p.Record, p.Msg, p.Hint))
		}
		return r, one(faults)
	}
	var err error
	r.Commit, err = b.public(ctx, u, why, r.changes...)
	return r, err
}
