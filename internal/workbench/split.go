package workbench

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"entente"
	"entente/internal/store"
)

// NewProposition is a proposition to be made, with the first version of its
// codebook entry (empty: none).
type NewProposition struct {
	entente.Proposition
	Definition, Examples, Rules string
}

// Split makes several propositions of one. Every record on it is assigned to one
// of the new ones; what is not assigned by name goes where Rest says.
type Split struct {
	Old  entente.PropositionID
	Into []NewProposition // at least one when Old is kept, else two
	// Keep leaves Old as the wider proposition above the new ones; records may
	// then stay with it. Otherwise it is retired, and what detailed it moves up.
	Keep bool
	// Statements and Implications (by instrument) go to one proposition each.
	Statements   map[string]entente.PropositionID
	Implications map[entente.InstrumentID]entente.PropositionID
	// Coverage (by id) goes to one or more: who read for the wider question read
	// for the narrower ones too.
	Coverage map[string][]entente.PropositionID
	// Children are the propositions that detailed Old, by id. Not named: they stay
	// under Old when it is kept, else move up to its parent.
	Children map[entente.PropositionID]entente.PropositionID
	// Rest and RestCoverage take what is not named above; empty: everything has
	// to be named.
	Rest         entente.PropositionID
	RestCoverage []entente.PropositionID
}

// targets are the ids that records may go to.
func (s *Split) targets() []string {
	var out []string
	for _, p := range s.Into {
		out = append(out, string(p.ID))
	}
	if s.Keep {
		out = append(out, string(s.Old))
	}
	return out
}

// PreviewSplit tells what a split would do and what has to be decided first. It
// writes nothing.
func (b *Bench) PreviewSplit(ctx context.Context, s Split) (*Reshape, error) {
	const op = "split"
	old, v, err := row[entente.Proposition](ctx, b, string(s.Old))
	if err != nil {
		return nil, err
	}
	if err := b.splittable(ctx, op, &s, v); err != nil {
		return nil, err
	}
	r := b.reshaper(op, []entente.PropositionID{s.Old})
	c, _, err := b.Store.Corpus(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := r.head(ctx, v); err != nil {
		return nil, err
	}
	if err := r.newPropositions(ctx, &s, &old, v.State); err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context, *Split, *entente.Corpus) error{
		r.splitStatements, r.splitImplications, r.splitCoverage, r.splitChildren, r.splitCodebook,
	} {
		if err := step(ctx, &s, c); err != nil {
			return nil, err
		}
	}
	if err := r.editedAway(ctx, c); err != nil {
		return nil, err
	}
	if !s.Keep {
		r.add(again(v, store.Retired), "retired", "", string(s.Old), strings.Join(s.targets(), ";"))
	}
	gone := map[string]string{}
	if !s.Keep {
		gone[string(s.Old)] = string(s.Rest)
	}
	if err := r.named(ctx, c, gone); err != nil {
		return nil, err
	}
	if err := r.tasks(ctx, func(string) []string { return s.targets() }); err != nil {
		return nil, err
	}
	return r.finish(), nil
}

// Split does it, in one commit. Errors: Conflict with every problem that the
// preview lists.
func (b *Bench) Split(ctx context.Context, u User, s Split) (*Reshape, error) {
	r, err := b.PreviewSplit(ctx, s)
	if err != nil {
		return nil, err
	}
	var into []string
	for _, p := range s.Into {
		into = append(into, string(p.ID))
	}
	return r.do(ctx, b, u, "split", fmt.Sprintf("split %s into %s", s.Old, strings.Join(into, ", ")))
}

func (b *Bench) splittable(ctx context.Context, op string, s *Split, old *store.Version) error {
	fail := func(place, msg, hint string) error { return fault(entente.Invalid, op, place, msg, hint) }
	least := 2
	if s.Keep {
		least = 1
	}
	if old.State == store.Retired {
		return fault(entente.Conflict, op, string(s.Old), "it was retired", "bring it back first")
	}
	if len(s.Into) < least {
		return fail(string(s.Old), fmt.Sprintf("a split needs %d new propositions", least), "name them")
	}
	seen := map[entente.PropositionID]bool{}
	for i := range s.Into {
		p := &s.Into[i]
		if err := typedAll(op, MaxLong, map[string]*string{
			"issue": &p.Issue, "statement": &p.Statement, "note": &p.Note, "definition": &p.Definition, "examples": &p.Examples, "rules": &p.Rules,
		}); err != nil {
			return err
		}
		if err := checkID(KindProposition, string(p.ID)); err != nil || seen[p.ID] {
			return fail(string(p.ID), "a new proposition has no id, or one that stands there twice", "give each its own")
		}
		seen[p.ID] = true
		if err := rowOf(p.Proposition).Check(); err != nil {
			return &entente.Error{Kind: entente.Invalid, Op: op, Place: string(p.ID), Msg: "the new proposition is not complete", Hint: "fill in what is missing", Err: err}
		}
		if _, err := b.Store.Get(ctx, rowKey(p.Proposition)); entente.KindOf(err) != entente.NotFound {
			if err != nil {
				return err
			}
			return fault(entente.Conflict, op, string(p.ID), "there is a proposition of that id, or there was one", "take another id")
		}
	}
	targets := s.targets()
	check := func(what string, to ...entente.PropositionID) error {
		for _, p := range to {
			if !has(targets, string(p)) {
				return fail(what, fmt.Sprintf("%q is none of the propositions of this split", p), "choose one of "+strings.Join(targets, ", "))
			}
		}
		return nil
	}
	for _, k := range sortedKeys(s.Statements) {
		if err := check(KindStatement+":"+k, s.Statements[k]); err != nil {
			return err
		}
	}
	for k, p := range s.Implications {
		if err := check("implication of "+string(k), p); err != nil {
			return err
		}
	}
	for _, k := range sortedKeys(s.Coverage) {
		if err := check(KindCoverage+":"+k, s.Coverage[k]...); err != nil {
			return err
		}
	}
	for k, p := range s.Children {
		if err := check("child "+string(k), p); err != nil {
			return err
		}
	}
	if s.Rest != "" {
		if err := check("rest", s.Rest); err != nil {
			return err
		}
	}
	return check("rest of the coverage", s.RestCoverage...)
}

// newPropositions makes the new ones, in the state of the old one.
func (r *reshaper) newPropositions(_ context.Context, s *Split, old *entente.Proposition, state store.State) error {
	for i := range s.Into {
		p := s.Into[i].Proposition
		above := old.Parent
		if s.Keep {
			above = s.Old
		}
		if p.Parent != "" && p.Parent != above {
			r.trouble(string(p.ID), "leave the parent empty", "the parent of a part is %q, not %q", above, p.Parent)
		}
		p.Parent = above
		r.add(rowChange(p, 0, state), "made", "", string(s.Old), string(p.ID))
	}
	return nil
}

// splitStatements moves statements, and the settlements of their units with the
// statement that stands.
func (r *reshaper) splitStatements(ctx context.Context, s *Split, _ *entente.Corpus) error {
	kept := map[string]entente.PropositionID{} // of a settlement: where its statements go
	follow := map[string]string{}              // statement → the one that stands after the settlement
	err := r.b.each(ctx, store.Query{Kinds: []string{KindSettlement}, States: live, Facets: store.Facets{Proposition: string(s.Old)}}, func(v *store.Version) error {
		x, err := decode[Settlement](v)
		if err != nil {
			return err
		}
		for _, c := range x.Codings {
			if _, id, _ := strings.Cut(c.Record, ":"); id != x.Keep {
				follow[id] = x.Keep
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	to := func(id string) (entente.PropositionID, bool) {
		for _, x := range []string{id, follow[id]} {
			if p, ok := s.Statements[x]; ok && x != "" {
				return p, true
			}
		}
		return s.Rest, s.Rest != ""
	}
	found := map[string]bool{}
	err = r.on(ctx, KindStatement, func(v *store.Version, cells map[string]string) error {
		found[v.ID] = true
		p, ok := to(v.ID)
		switch {
		case !ok && v.State == store.Retired: // nothing refers to it: it stays as history
		case !ok:
			r.trouble(v.String(), "say to which proposition it goes", "the statement is not assigned")
		case string(p) != cells["proposition"]:
			r.set(v, cells, "proposition", string(p))
		}
		kept[v.ID] = p
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range sortedKeys(s.Statements) {
		if !found[id] && !r.seen[store.Key{Kind: KindStatement, ID: id}] {
			r.trouble(KindStatement+":"+id, "load the page again", "it is not on %s any more", s.Old)
		}
	}
	return r.settlements(ctx, func(x *Settlement) string { return string(kept[x.Keep]) })
}

func (r *reshaper) splitImplications(ctx context.Context, s *Split, _ *entente.Corpus) error {
	return r.on(ctx, KindImplication, func(v *store.Version, cells map[string]string) error {
		if v.State == store.Retired {
			return nil
		}
		p, ok := s.Implications[entente.InstrumentID(cells["instrument"])]
		if !ok {
			p, ok = s.Rest, s.Rest != ""
		}
		switch {
		case !ok:
			r.trouble(v.String(), "say to which proposition it goes", "the implication of %s is not assigned", cells["instrument"])
		case p != s.Old:
			return r.rekey(ctx, v, cells, string(p))
		}
		return nil
	})
}

func (r *reshaper) splitCoverage(ctx context.Context, s *Split, c *entente.Corpus) error {
	return r.coverage(ctx, c, func(id, old string) []string {
		to, ok := s.Coverage[id]
		if !ok {
			to = s.RestCoverage
		}
		if len(to) == 0 {
			r.trouble(KindCoverage+":"+id, "say for which propositions the source was read", "the reading is not assigned")
			return []string{old}
		}
		var out []string
		for _, p := range to {
			out = append(out, string(p))
		}
		slices.Sort(out)
		return out
	})
}

func (r *reshaper) splitChildren(ctx context.Context, s *Split, c *entente.Corpus) error {
	old, _, err := row[entente.Proposition](ctx, r.b, string(s.Old))
	if err != nil {
		return err
	}
	return r.children(ctx, c, func(child, was string) string {
		p, ok := s.Children[entente.PropositionID(child)]
		switch {
		case ok:
			return string(p)
		case s.Keep:
			return was
		}
		return string(old.Parent)
	})
}

// splitCodebook gives each new proposition its first entry. When the old one is
// retired they get its entries before, so that a coding can still be read by the
// rules that it was made under.
func (r *reshaper) splitCodebook(ctx context.Context, s *Split, _ *entente.Corpus) error {
	list, _, err := r.entries(ctx, string(s.Old))
	if err != nil {
		return err
	}
	state := store.Draft
	if p, err := r.b.published(ctx, store.Key{Kind: KindProposition, ID: string(s.Old)}); err != nil {
		return err
	} else if p != nil {
		state = store.Published
	}
	for i := range list {
		if ok, err := r.head(ctx, &list[i]); err != nil {
			return err
		} else if ok && !s.Keep {
			r.add(again(&list[i], store.Retired), "retired", "", string(s.Old), "")
		}
	}
	for i := range s.Into {
		p := &s.Into[i]
		n := 0
		if !s.Keep {
			for j := range list {
				e, err := fromRow[entente.CodebookEntry](&list[j])
				if err != nil {
					return err
				}
				e.Note = oneLine(fmt.Sprintf("%s (from %s, version %d)", e.Note, s.Old, e.Version))
				n++
				e.Proposition, e.Version = p.ID, n
				if i == 0 { // a challenge to the old entry goes on with the first
					r.renamed[list[j].String()] = rowKey(e).String()
				}
				r.add(rowChange(e, 0, list[j].State), "copied", "", string(s.Old), string(p.ID))
			}
		}
		if p.Definition == "" {
			continue
		}
		e := entente.CodebookEntry{
			Proposition: p.ID, Version: n + 1, Definition: oneLine(p.Definition), Examples: oneLine(p.Examples), Rules: oneLine(p.Rules), Date: r.b.today(),
			Note: "made by a split of " + string(s.Old),
		}
		r.add(rowChange(e, 0, state), "made", "", string(s.Old), string(p.ID))
	}
	return nil
}
