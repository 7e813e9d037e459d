package workbench

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"entente"
	"entente/internal/store"
)

// Merge makes one proposition of several.
type Merge struct {
	Into entente.PropositionID   // that stays
	From []entente.PropositionID // that are retired
	// Implications decides, by instrument, whose implication holds when two
	// propositions have one that says different things. Those that say the same
	// become one with the acts of both.
	Implications map[entente.InstrumentID]entente.PropositionID
	// Definition, Examples and Rules are the codebook entry of the whole. Empty:
	// the entry of Into goes on holding.
	Definition, Examples, Rules string
}

// PreviewMerge tells what a merge would do and what has to be decided first. It
// writes nothing.
func (b *Bench) PreviewMerge(ctx context.Context, m Merge) (*Reshape, error) {
	const op = "merge"
	m.From = slices.Clone(m.From)
	slices.Sort(m.From)
	m.From = slices.Compact(m.From)
	into, heads, err := b.mergeable(ctx, op, &m)
	if err != nil {
		return nil, err
	}
	r := b.reshaper(op, m.From)
	for i := range heads {
		if _, err := r.head(ctx, &heads[i]); err != nil {
			return nil, err
		}
	}
	c, _, err := b.Store.Corpus(ctx)
	if err != nil {
		return nil, err
	}
	to := string(m.Into)
	err = r.on(ctx, KindStatement, func(v *store.Version, cells map[string]string) error {
		r.set(v, cells, "proposition", to)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := r.settlements(ctx, func(*Settlement) string { return to }); err != nil {
		return nil, err
	}
	if err := r.mergeImplications(ctx, &m); err != nil {
		return nil, err
	}
	if err := r.coverage(ctx, c, func(string, string) []string { return []string{to} }); err != nil {
		return nil, err
	}
	if err := r.mergeParents(ctx, &m, c, into); err != nil {
		return nil, err
	}
	if err := r.mergeCodebook(ctx, &m, into.State); err != nil {
		return nil, err
	}
	if err := r.editedAway(ctx, c); err != nil {
		return nil, err
	}
	gone := map[string]string{}
	for i := range heads {
		r.add(again(&heads[i], store.Retired), "retired", "", heads[i].ID, to)
		gone[heads[i].ID] = to
	}
	if err := r.named(ctx, c, gone); err != nil {
		return nil, err
	}
	if err := r.tasks(ctx, func(string) []string { return []string{to} }); err != nil {
		return nil, err
	}
	return r.finish(), r.together(ctx, to)
}

// Merge does it, in one commit. Errors: Conflict with every problem that the
// preview lists.
func (b *Bench) Merge(ctx context.Context, u User, m Merge) (*Reshape, error) {
	r, err := b.PreviewMerge(ctx, m)
	if err != nil {
		return nil, err
	}
	from := make([]string, len(m.From))
	for i, p := range m.From {
		from[i] = string(p)
	}
	slices.Sort(from)
	return r.do(ctx, b, u, "merge", fmt.Sprintf("merge %s into %s", strings.Join(from, ", "), m.Into))
}

func (b *Bench) mergeable(ctx context.Context, op string, m *Merge) (*store.Version, []store.Version, error) {
	if err := typedAll(op, MaxLong, map[string]*string{"definition": &m.Definition, "examples": &m.Examples, "rules": &m.Rules}); err != nil {
		return nil, nil, err
	}
	if len(m.From) == 0 {
		return nil, nil, fault(entente.Invalid, op, string(m.Into), "it is not said what is merged", "name at least one other proposition")
	}
	into, v, err := row[entente.Proposition](ctx, b, string(m.Into))
	if err != nil {
		return nil, nil, err
	}
	if v.State == store.Retired {
		return nil, nil, fault(entente.Conflict, op, string(m.Into), "it was retired", "bring it back first")
	}
	var heads []store.Version
	for _, id := range m.From {
		p, h, err := row[entente.Proposition](ctx, b, string(id))
		switch {
		case err != nil:
			return nil, nil, err
		case id == m.Into:
			return nil, nil, fault(entente.Invalid, op, string(id), "a proposition cannot be merged into itself", "leave it out")
		case h.State == store.Retired:
			return nil, nil, fault(entente.Conflict, op, string(id), "it was retired", "leave it out")
		case h.State == store.Published && v.State != store.Published:
			return nil, nil, fault(entente.Invalid, op, string(m.Into), "it is not published, and "+string(id)+" is", "publish it first")
		case p.Scope != into.Scope:
			return nil, nil, fault(entente.Invalid, op, string(id), fmt.Sprintf("its scope is %q, that of %s is %q", p.Scope, m.Into, into.Scope), "make the scopes the same first: who had the chance to address it must not change unseen")
		}
		heads = append(heads, *h)
	}
	return v, heads, nil
}

// mergeImplications moves implications. Two for one instrument become one when
// they say the same, else somebody decides.
func (r *reshaper) mergeImplications(ctx context.Context, m *Merge) error {
	type held struct {
		v     store.Version
		cells map[string]string
	}
	byInstrument := map[string][]held{}
	put := func(v *store.Version, cells map[string]string) error {
		if v.State != store.Retired {
			byInstrument[cells["instrument"]] = append(byInstrument[cells["instrument"]], held{*v, cells})
		}
		return nil
	}
	target := &reshaper{b: r.b, op: r.op, olds: []string{string(m.Into)}, w: r.w, out: r.out, seen: r.seen}
	if err := target.on(ctx, KindImplication, put); err != nil { // the one that stays comes first
		return err
	}
	if err := r.on(ctx, KindImplication, put); err != nil {
		return err
	}
	to := string(m.Into)
	for _, inst := range sortedKeys(byInstrument) {
		list := byInstrument[inst]
		if len(list) == 1 && list[0].cells["proposition"] == to {
			continue
		}
		keep := list[0]
		differ := slices.ContainsFunc(list, func(h held) bool {
			return h.cells["polarity"] != keep.cells["polarity"] || h.cells["no_vote"] != keep.cells["no_vote"]
		})
		if differ {
			i := slices.IndexFunc(list, func(h held) bool { return h.cells["proposition"] == string(m.Implications[entente.InstrumentID(inst)]) })
			if i < 0 {
				r.trouble("implications of "+inst, "say whose implication holds", "the propositions disagree on what %s implies", inst)
				continue
			}
			keep = list[i]
		}
		cells := map[string]string{}
		maps.Copy(cells, keep.cells)
		acts := strings.Split(cells["acts"], ";")
		state := keep.v.State
		for _, h := range list {
			if !differ {
				acts = append(acts, strings.Split(h.cells["acts"], ";")...)
			}
			if h.v.State == store.Published {
				state = store.Published
			}
		}
		cells["proposition"], cells["acts"] = to, strings.Join(uniq(acts), ";")
		row := rowWith(KindImplication, cells)
		base, err := r.baseOf(ctx, store.Key{Kind: KindImplication, ID: row.ID()})
		if err != nil {
			return err
		}
		r.add(store.RowChange(row, base, state), "moved", "", keep.cells["proposition"], to)
		for _, h := range list {
			if from := h.cells["proposition"]; from != to {
				r.renamed[h.v.String()] = KindImplication + ":" + row.ID()
				r.add(again(&h.v, store.Retired), "retired", "", from, to)
			}
		}
	}
	return nil
}

// mergeParents keeps the tree whole: what detailed a merged proposition details
// the one that stays; when that one stood below a merged one, it takes the place
// of the highest of these.
func (r *reshaper) mergeParents(ctx context.Context, m *Merge, c *entente.Corpus, into *store.Version) error {
	cells, err := cellsOf(into)
	if err != nil {
		return err
	}
	above, highest := cells["parent"], ""
	for p, steps := above, 0; p != "" && steps <= len(c.Propositions); steps++ {
		x := c.Proposition(entente.PropositionID(p))
		if x == nil {
			break
		}
		if has(r.olds, p) {
			highest = p
			above = string(x.Parent)
		}
		p = string(x.Parent)
	}
	if highest != "" {
		ok, err := r.head(ctx, into)
		if err != nil {
			return err
		}
		if ok {
			r.set(into, cells, "parent", above)
		}
	}
	return r.children(ctx, c, func(child, _ string) string {
		if child == string(m.Into) {
			return above
		}
		return string(m.Into)
	})
}

// mergeCodebook keeps the entries of the merged propositions before the one that
// holds from now on.
func (r *reshaper) mergeCodebook(ctx context.Context, m *Merge, state store.State) error {
	own, last, err := r.entries(ctx, string(m.Into))
	if err != nil {
		return err
	}
	moved := false
	for _, p := range m.From {
		list, _, err := r.entries(ctx, string(p))
		if err != nil {
			return err
		}
		for i := range list {
			if ok, err := r.head(ctx, &list[i]); !ok || err != nil {
				if err != nil {
					return err
				}
				continue
			}
			e, err := fromRow[entente.CodebookEntry](&list[i])
			if err != nil {
				return err
			}
			last++
			e.Note = oneLine(fmt.Sprintf("%s (from %s, version %d)", e.Note, p, e.Version))
			e.Proposition, e.Version = m.Into, last
			r.add(rowChange(e, 0, list[i].State), "moved", "", string(p), string(m.Into))
			r.renamed[list[i].String()] = rowKey(e).String()
			r.add(again(&list[i], store.Retired), "retired", "", string(p), string(m.Into))
			moved = true
		}
	}
	var holds entente.CodebookEntry
	switch {
	case m.Definition != "":
		holds = entente.CodebookEntry{Definition: oneLine(m.Definition), Examples: oneLine(m.Examples), Rules: oneLine(m.Rules), Note: "made by a merge"}
	case moved && len(own) > 0:
		if holds, err = fromRow[entente.CodebookEntry](&own[len(own)-1]); err != nil {
			return err
		}
		holds.Note = oneLine(fmt.Sprintf("%s (version %d, which goes on holding after a merge)", holds.Note, holds.Version))
	default:
		return nil
	}
	holds.Proposition, holds.Version, holds.Date = m.Into, last+1, r.b.today()
	r.add(rowChange(holds, 0, state), "made", "", "", string(m.Into))
	return nil
}

// together lists the statements of one coder, source and actor that come to
// stand on one proposition, and the readings that found nothing where another
// proposition of the merge has a statement.
func (r *reshaper) together(ctx context.Context, to string) error {
	type who struct{ source, actor, coder string }
	by := map[who]*Together{}
	spoken := map[who]bool{} // source and actor with a statement
	origins := map[who][]string{}
	note := func(v *store.Version, cells map[string]string, from string) {
		if v.State == store.Retired {
			return
		}
		k := who{cells["source"], cells["actor"], cells["coder"]}
		spoken[who{k.source, k.actor, ""}] = true
		if by[k] == nil {
			by[k] = &Together{Source: entente.SourceID(k.source), Actor: entente.ActorID(k.actor), Coder: k.coder}
		}
		by[k].Statements = append(by[k].Statements, v.ID)
		by[k].Stances = append(by[k].Stances, cells["stance"])
		origins[k] = append(origins[k], from)
	}
	for _, p := range append([]string{to}, r.olds...) {
		err := r.b.each(ctx, store.Query{Kinds: []string{KindStatement}, States: live, Facets: store.Facets{Proposition: p}}, func(v *store.Version) error {
			cells, err := cellsOf(v)
			if err == nil {
				note(v, cells, p)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	for k, t := range by {
		if len(uniq(origins[k])) < 2 {
			continue
		}
		t.Differ = len(uniq(t.Stances)) > 1
		r.out.Together = append(r.out.Together, *t)
	}
	slices.SortFunc(r.out.Together, func(a, b Together) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Actor, b.Actor), cmp.Compare(a.Coder, b.Coder))
	})
	for i := range r.w.list {
		c := &r.w.list[i]
		if c.Kind != KindCoverage {
			continue
		}
		cells, err := cellsOf(&store.Version{Key: c.Key, Body: c.Body})
		if err != nil {
			return err
		}
		if cells["finding"] == FoundNothing && spoken[who{cells["source"], cells["actor"], ""}] {
			r.out.Notes = append(r.out.Notes, fmt.Sprintf("%s says that %s holds nothing of %s, where a statement now stands on %s: look at it", c.Key, cells["source"], cells["actor"], to))
		}
	}
	slices.Sort(r.out.Notes)
	return nil
}
