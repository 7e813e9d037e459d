package node

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"entente/internal/datapackage"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/stix/mapping"
	"entente/internal/store"
)

// Stale is a record that is shared and is not what is published here.
type Stale struct {
	Record      string       `json:"record"`
	Object      stix.ID      `json:"object"`
	Version     string       `json:"version"` // that is shared
	Level       handling.TLP `json:"level"`
	Collections []string     `json:"collections"`
	// What is [StaleGone] or [StaleChanged].
	What string `json:"what"`
	// Cells are the columns that differ: as shared, and as published here.
	Cells []datapackage.CellChange `json:"cells,omitempty"`
}

// What may be with a shared record.
const (
	StaleGone    = "retired here"
	StaleChanged = "changed here"
)

// Stale lists the records of this node that are shared and have been changed or
// retired here since: partners still have the old. Nothing is shared or withdrawn by
// itself.
func (n *Node) Stale(ctx context.Context) ([]Stale, error) {
	mine, err := n.mine(ctx)
	if err != nil {
		return nil, err
	}
	c, _, err := n.Store.Corpus(ctx)
	if err != nil {
		return nil, err
	}
	rows := map[string]datapackage.Row{}
	for _, r := range datapackage.RowsOf(&c.Records) {
		rows[store.Key{Kind: r.Table, ID: r.ID()}.String()] = r
	}
	out := []Stale{}
	for name, x := range mine.byRecord {
		if x.o.Revoked() {
			continue
		}
		in := mapping.Import([]*stix.Object{x.o}, c.Info.Name)
		if len(in.Rows) == 0 {
			continue // of another list of propositions
		}
		s := Stale{Record: name, Object: x.o.ID(), Version: x.o.VersionTime().String(), Level: x.level, Collections: x.collections, What: StaleChanged}
		now, published := rows[name]
		switch {
		case !published:
			s.What = StaleGone
		case slices.Equal(now.Cells, in.Rows[0].Cells):
			continue
		default:
			for i, spec := range datapackage.Columns(now.Table) {
				if a, b := in.Rows[0].Cells[i], now.Cells[i]; a != b {
					s.Cells = append(s.Cells, datapackage.CellChange{Column: spec.Name, Before: a, After: b})
				}
			}
		}
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b Stale) int {
		return cmp.Or(strings.Compare(a.What, b.What), strings.Compare(a.Record, b.Record))
	})
	return out, nil
}
