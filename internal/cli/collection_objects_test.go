package cli

import (
	"strings"
	"testing"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/node"
	"entente/internal/exchange/shelf"
)

// What lies in a collection can be taken out; what a partner brought under an id
// that is not its own can be purged.
func TestTakeAndPurge(t *testing.T) {
	m := openMinistries(t)
	m.run(0, m.est, "share", m.position, "--collection", "positions", "--level", "green")
	m.run(0, m.est, "collection", "set", "positions", "--add-writer", "japan")
	n, err := node.Open(t.Context(), m.est, node.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = n.Close() }()
	list, err := n.Shelf.Find(t.Context(), shelf.Ask{Type: "opinion"})
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	own := string(list[0].ID)
	out, _ := m.run(0, m.est, "collection", "take", "positions", own)
	says(t, out, own+" is taken out of positions")
	m.run(3, m.est, "collection", "take", "positions", own)
	m.run(2, m.est, "collection", "take", "positions", "opinion--1")
	m.run(2, m.est, "collection", "take", "positions", own, "--version", "yesterday")
	_, errs := m.run(4, m.est, "collection", "purge", own)
	says(t, errs, "the node has put it there itself")
	const theirs = "report--0c7b5b88-8ff7-4a4d-aa9d-feb398cd0061"
	m.run(3, m.est, "collection", "purge", theirs)
	st, err := n.Shelf.Add(t.Context(), "japan", "positions", strings.NewReader(`{"objects":[{"type":"report","spec_version":"2.1","id":"`+theirs+
		`","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","name":"Synthetic","published":"2026-01-01T00:00:00Z","object_refs":["`+own+`"],"object_marking_refs":["`+string(handling.Green.Mark())+`"]}]}`))
	if err != nil || st.SuccessCount != 1 {
		t.Fatal(st, err)
	}
	out, _ = m.run(0, m.est, "collection", "purge", theirs)
	says(t, out, theirs+" is purged: 1 version")
}
