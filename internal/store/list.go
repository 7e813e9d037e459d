package store

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"entente"
)

// pool is how many matches, the latest changes first, are ranked for one answer.
const pool = 1000

// List gives records by their latest version, in the order of kind and id. With
// words it gives the best match first: of the thousand matches that changed
// last, those whose own text (body and id) says the words most densely; among
// equals the latest change comes first.
func (s *Store) List(ctx context.Context, ask Query) ([]Version, error) {
	if ask.Limit < 0 || ask.Limit > MaxList {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "list", Msg: fmt.Sprintf("the limit %d is not between 1 and %d", ask.Limit, MaxList)}
	}
	if ask.Limit == 0 {
		ask.Limit = MaxList
	}
	words := appendWords(nil, strings.Join(Words(ask.Words), " "))
	if ask.Words != "" && len(words) == 0 {
		return nil, nil // only punctuation: nothing holds it
	}
	if !ask.plain() {
		return nil, nil // no record holds what is no text
	}
	query, args := s.listQuery(&ask, words)
	var out []Version
	err := s.engine.read(ctx, func(ctx context.Context, q querier) (err error) {
		out, err = versions(ctx, q, query, args...)
		return err
	})
	if err != nil || len(words) == 0 {
		return out, err
	}
	rank(out, words)
	return out[:min(len(out), ask.Limit)], nil
}

func (ask *Query) plain() bool {
	f := &ask.Facets
	for _, v := range slices.Concat([]string{f.Actor, f.Proposition, f.Source, f.Coder, ask.After.Kind, ask.After.ID}, ask.Kinds, stringsOf(ask.States), ask.Layers) {
		if !plain(v) {
			return false
		}
	}
	return true
}

// listQuery writes the query. Words, facets and states other than published are
// looked up in the index of words, where they meet before any row is read.
func (s *Store) listQuery(ask *Query, words []string) (string, []any) {
	var args []any
	arg := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	var groups [][]string
	for _, w := range words {
		groups = append(groups, []string{w})
	}
	for _, m := range facetMarks {
		if v := *m.of(&ask.Facets); v != "" {
			groups = append(groups, []string{markFacet(m.letter, v)})
		}
	}
	if len(ask.States) > 0 && !slices.Contains(ask.States, Published) {
		groups = append(groups, mapped(ask.States, markState))
	}
	join, order, limit := "", "h.kind, h.id", ask.Limit
	var where []string
	if len(groups) > 0 {
		if len(ask.Kinds) > 0 {
			groups = append(groups, mapped(ask.Kinds, markKind))
		}
		var cond string
		join, cond, args = s.engine.match(groups, 1)
		where = append(where, cond)
	}
	switch {
	case len(words) > 0:
		order, limit = s.engine.newest(), pool
	case len(groups) > 0:
		// What the index finds is sorted. Without the concatenation an engine may
		// walk the heads in their order instead, waiting for enough matches to come by.
		order = "h.kind || '', h.id"
	}
	oneOf := func(column string, values []string) {
		if len(values) > 0 {
			marks := mapped(values, func(v string) string { return arg(v) })
			where = append(where, column+" IN ("+strings.Join(marks, ", ")+")")
		}
	}
	after := ask.After != (Key{}) && len(words) == 0
	if after && len(ask.Kinds) == 1 && ask.Kinds[0] == ask.After.Kind { // so that an index leads to the place
		where = append(where, "h.kind = "+arg(ask.After.Kind), "h.id > "+arg(ask.After.ID))
		after = false
	} else {
		oneOf("h.kind", ask.Kinds)
	}
	oneOf("h.state", stringsOf(ask.States))
	oneOf("h.layer", append([]string{""}, ask.Layers...))
	if after {
		where = append(where, "(h.kind, h.id) > ("+arg(ask.After.Kind)+", "+arg(ask.After.ID)+")")
	}
	// The heads first, so that only rows of the answer are read whole.
	inner := fmt.Sprintf("SELECT h.n FROM heads h %s WHERE %s ORDER BY %s LIMIT %d", join, strings.Join(where, " AND "), order, limit)
	if order = "v.kind, v.id"; len(words) > 0 {
		order = "v.n DESC"
	}
	return selectVersions + " JOIN (" + inner + ") l ON l.n = v.n ORDER BY " + order, args
}

// mapped applies fn to each element.
func mapped[T, U any](list []T, fn func(T) U) []U {
	out := make([]U, len(list))
	for i, v := range list {
		out[i] = fn(v)
	}
	return out
}

func stringsOf[S ~string](list []S) []string {
	return mapped(list, func(v S) string { return string(v) })
}

// rank puts the best match first: the share of the words asked for among the
// words of the record's own text, dampened so that a short record does not win
// by shortness alone. Equal ones stay in their order.
func rank(list []Version, words []string) {
	score := make(map[*Version]float64, len(list))
	keyed := make([]*Version, len(list))
	for i := range list {
		v := &list[i]
		keyed[i] = v
		tokens := appendBody(appendWords(nil, v.ID), v.Kind, v.Body)
		hits := 0
		for _, t := range tokens {
			if slices.Contains(words, t) {
				hits++
			}
		}
		score[v] = float64(hits) / math.Sqrt(float64(len(tokens)+20))
	}
	slices.SortStableFunc(keyed, func(a, b *Version) int { return cmp.Compare(score[b], score[a]) })
	sorted := make([]Version, len(list))
	for i, v := range keyed {
		sorted[i] = *v
	}
	copy(list, sorted)
}
