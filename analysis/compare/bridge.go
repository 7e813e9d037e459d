package compare

import (
	"sort"

	"entente"
	"entente/analysis/alignment"
)

// Question is one thing on which two actors differ: a proposition on which they
// stand on different sides, or a roll call in which they voted differently.
type Question struct {
	Proposition *entente.Proposition
	RollCall    *entente.RollCall
	Instrument  *entente.Instrument // of the roll call
}

// Bridge is an actor that stands with one side on some of the questions that
// divide two others, and with the other side on the rest.
type Bridge struct {
	Actor      *entente.Actor
	WithFirst  []Question
	WithSecond []Question
	Overall    [2]Tally // agreement with each, over all propositions
	Thin       bool     // fewer than alignment.Thin questions in all
}

// Bridges lists the questions that divide a and b and, best first, the actors
// that stand with each of them on some: by the smaller of the two counts, then
// by their sum. A roll call counts when the candidate cast the same vote as one
// of the two.
func (b *Board) Bridges(first, second entente.ActorID) ([]Question, []Bridge, error) {
	pair, err := lookUp(b.corpus, []entente.ActorID{first, second}, 2)
	if err != nil {
		return nil, nil, err
	}
	var questions []Question
	x, okX := b.index[first]
	y, okY := b.index[second]
	if okX && okY {
		for j, p := range b.Propositions {
			if b.side(x, j)*b.side(y, j) < 0 {
				questions = append(questions, Question{Proposition: p})
			}
		}
	}
	for _, row := range votes(b.corpus, []entente.ActorID{first, second}, b.AsOf).Rows {
		if row.Counted && !row.Agreed {
			questions = append(questions, Question{RollCall: row.RollCall, Instrument: row.Instrument})
		}
	}
	var out []Bridge
	for i, a := range b.Actors {
		if a == pair[0] || a == pair[1] {
			continue
		}
		br := Bridge{Actor: a}
		for _, q := range questions {
			switch b.standsWith(i, q, first, second) {
			case 1:
				br.WithFirst = append(br.WithFirst, q)
			case 2:
				br.WithSecond = append(br.WithSecond, q)
			}
		}
		if len(br.WithFirst) == 0 || len(br.WithSecond) == 0 {
			continue
		}
		br.Thin = len(br.WithFirst)+len(br.WithSecond) < alignment.Thin
		for k, other := range []int{x, y} {
			if (k == 0 && okX) || (k == 1 && okY) {
				br.Overall[k] = b.overall(i, other)
			}
		}
		out = append(out, br)
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, c := &out[i], &out[j]
		if m, n := min(len(a.WithFirst), len(a.WithSecond)), min(len(c.WithFirst), len(c.WithSecond)); m != n {
			return m > n
		}
		if m, n := len(a.WithFirst)+len(a.WithSecond), len(c.WithFirst)+len(c.WithSecond); m != n {
			return m > n
		}
		return a.Actor.Name < c.Actor.Name
	})
	return questions, out, nil
}

// standsWith says with whom actor i stands on a question: 1, 2, or 0 for
// neither.
func (b *Board) standsWith(i int, q Question, first, second entente.ActorID) int {
	if q.Proposition != nil {
		for j, p := range b.Propositions {
			if p != q.Proposition {
				continue
			}
			switch s := b.side(i, j); {
			case s == 0:
				return 0
			case s == b.side(b.index[first], j):
				return 1
			default:
				return 2
			}
		}
		return 0
	}
	v := b.corpus.VoteOf(q.RollCall.ID, b.Actors[i].ID)
	if v == nil || !v.Ballot.Cast() {
		return 0
	}
	switch v.Ballot {
	case b.corpus.VoteOf(q.RollCall.ID, first).Ballot:
		return 1
	case b.corpus.VoteOf(q.RollCall.ID, second).Ballot:
		return 2
	}
	return 0
}

func (b *Board) overall(i, k int) Tally {
	agreed, n := 0, 0
	for j := range b.Propositions {
		x, y := b.side(i, j), b.side(k, j)
		if x != 0 && y != 0 {
			n++
			if x == y {
				agreed++
			}
		}
	}
	return tally(agreed, n)
}
