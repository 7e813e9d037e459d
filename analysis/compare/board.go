package compare

import (
	"entente"
)

// Board holds the stance of every actor on every selected proposition under
// one set of options: what nearest, bridge and the overview pages read from.
// It is safe for concurrent use once made.
type Board struct {
	Actors       []*entente.Actor
	Propositions []*entente.Proposition
	AsOf         entente.Date
	Options      Options

	corpus *entente.Corpus
	index  map[entente.ActorID]int
	// cells is actors × propositions, row by row.
	cells []Cell
}

// Cell is a position without its evidence.
type Cell struct {
	Stance    entente.Stance
	Basis     entente.Basis
	Via       entente.ActorID
	Silence   entente.Silence
	Contested bool
}

// NewBoard derives the positions of all states and blocs, and of every other
// actor on record with a statement.
func NewBoard(c *entente.Corpus, o Options) (*Board, error) {
	props, err := o.propositions(c)
	if err != nil {
		return nil, err
	}
	b := &Board{Propositions: props, AsOf: c.AsOf(o.Settings), Options: o, corpus: c, index: map[entente.ActorID]int{}}
	for i := range c.Actors {
		a := &c.Actors[i]
		if a.Kind == entente.State || a.Kind == entente.Bloc || len(c.StatementsBy(a.ID)) > 0 {
			b.index[a.ID] = len(b.Actors)
			b.Actors = append(b.Actors, a)
		}
	}
	b.cells = make([]Cell, len(b.Actors)*len(props))
	for i, a := range b.Actors {
		for j, p := range props {
			pos := c.Position(a.ID, p.ID, o.Settings)
			b.cells[i*len(props)+j] = Cell{pos.Stance, pos.Basis, pos.Via, pos.Silence, pos.Contested}
		}
	}
	return b, nil
}

// Cell gives an actor's stance on the j-th proposition; the zero Cell for an
// actor that the board does not hold.
func (b *Board) Cell(a entente.ActorID, j int) Cell {
	i, ok := b.index[a]
	if !ok {
		return Cell{}
	}
	return b.cells[i*len(b.Propositions)+j]
}

// side is +1 or -1 when the actor has taken a side, else 0.
func (b *Board) side(i, j int) int { return b.cells[i*len(b.Propositions)+j].Stance.Sign() }
