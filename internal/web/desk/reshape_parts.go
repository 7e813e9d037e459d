package desk

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"entente"
	"entente/internal/store"
	"entente/internal/workbench"
)

// reshapeView is what a split or a merge would do, as far as the reader may see
// it: what a blind task hides is counted, never named.
type reshapeView struct {
	Digest   string // of the whole, hidden parts too
	Ready    bool   // nothing has to be decided first
	Problems []workbench.Trouble
	Sums     []moveSum
	Moves    []moveRow
	More     int // moves that are not listed
	Hidden   int // records that a blind task hides
	Together []togetherRow
	Notes    []string
}

// moveSum counts the moves of one sort.
type moveSum struct {
	What, Kind string // in words
	N          int
}

// moveRow is one record that is written.
type moveRow struct {
	workbench.Move
	Href, KindWord, WhatWord string
}

// togetherRow is statements that come to stand side by side.
type togetherRow struct {
	workbench.Together
	Actor, Source string   // in words
	Words         []string // the stances, in words
	Links         []Link
}

// shownMoves bounds the list of a preview.
const shownMoves = 200

// reshapeView makes the view of a preview.
func (c *Call) reshapeView(r *workbench.Reshape) (*reshapeView, error) {
	v := &reshapeView{Digest: digestOf(r), Ready: len(r.Problems) == 0, Notes: r.Notes}
	see := c.sight()
	sums := map[moveSum]int{}
	for i := range r.Moves {
		m := &r.Moves[i]
		ok, err := see(store.Key{Kind: m.Kind, ID: m.ID}, m.Version)
		if err != nil {
			return nil, err
		}
		if !ok {
			v.Hidden++
			continue
		}
		row := moveRow{*m, RecordHref(m.Kind, m.ID), wordOr(c.T, "kind", m.Kind), c.T.T("reshape.what." + m.What)}
		if m.Version == 0 { // it is not there yet
			row.Href = ""
		}
		sums[moveSum{What: row.WhatWord, Kind: row.KindWord}]++
		if len(v.Moves) < shownMoves {
			v.Moves = append(v.Moves, row)
		} else {
			v.More++
		}
	}
	for s, n := range sums {
		s.N = n
		v.Sums = append(v.Sums, s)
	}
	slices.SortFunc(v.Sums, func(a, b moveSum) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.What, b.What)) })
	for _, p := range r.Problems {
		kind, id, named := strings.Cut(p.Record, ":")
		if named {
			ok, err := see(store.Key{Kind: kind, ID: id}, 1)
			if err != nil {
				return nil, err
			}
			if !ok {
				p = workbench.Trouble{Msg: c.T.T("reshape.hidden.problem"), Hint: c.T.T("reshape.hidden.hint")}
			}
		}
		if !slices.Contains(v.Problems, p) {
			v.Problems = append(v.Problems, p)
		}
	}
	for i := range r.Together {
		if err := c.together(v, see, &r.Together[i]); err != nil {
			return nil, err
		}
	}
	v.Notes = slices.DeleteFunc(slices.Clone(v.Notes), func(n string) bool { // a note names the record that it is about first
		key, _, _ := strings.Cut(n, " ")
		k := ParseKey(key)
		if k.ID == "" {
			return false
		}
		ok, err := see(k, 1)
		return err != nil || !ok
	})
	return v, nil
}

// together adds statements that come to stand side by side, if all may be seen.
func (c *Call) together(v *reshapeView, see func(store.Key, int) (bool, error), t *workbench.Together) error {
	row := togetherRow{Together: *t, Actor: c.actorName(t.Actor), Source: c.sourceTitle(t.Source)}
	for i, id := range t.Statements {
		ok, err := see(store.Key{Kind: workbench.KindStatement, ID: id}, 1)
		if err != nil || !ok {
			return err
		}
		row.Links = append(row.Links, Link{Href: RecordHref(workbench.KindStatement, id), Word: id})
		word := c.T.T("coding.unset")
		if t.Stances[i] != "" {
			word = c.T.Label("stance", t.Stances[i])
		}
		row.Words = append(row.Words, word)
	}
	v.Together = append(v.Together, row)
	return nil
}

// sight tells of records whether the reader may see them; each is asked for once.
// A record of version 0 is not there yet and holds what the reader typed.
func (c *Call) sight() func(store.Key, int) (bool, error) {
	known := map[store.Key]bool{}
	return func(k store.Key, version int) (bool, error) {
		if version == 0 {
			return true, nil
		}
		if ok, there := known[k]; there {
			return ok, nil
		}
		_, err := c.Desk.Bench.Record(c.Context(), c.User, k)
		if err != nil && entente.KindOf(err) != entente.NotFound {
			return false, err
		}
		known[k] = err == nil
		return known[k], nil
	}
}

// digestOf is a short name of what a preview says: the same as long as nothing
// that it rests on has changed.
func digestOf(r *workbench.Reshape) string {
	h := sha256.New()
	for i := range r.Moves {
		m := r.Moves[i]
		_, _ = fmt.Fprintf(h, "%s|%s|%d|%s|%s|%s|%s\n", m.Kind, m.ID, m.Version, m.State, m.From, m.To, m.What)
	}
	for _, p := range r.Problems {
		_, _ = fmt.Fprintf(h, "%s|%s\n", p.Record, p.Msg)
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// refuseReshape notes why a preview cannot be made.
func (f *Form) refuseReshape(err error, fields map[string]string) error {
	if e := asEntente(err); e != nil {
		if name := fields[e.Place]; name != "" {
			f.say(name, faultWords(e))
			return nil
		}
		if e.Err != nil && (e.Kind == entente.Invalid || e.Kind == entente.Conflict) {
			f.say("", faultWords(e))
			return nil
		}
	}
	return f.Refuse(err)
}
