package desk

import (
	"slices"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/store"
	"entente/internal/workbench"
)

// isTable tells whether a kind is a table of the corpus.
func isTable(kind string) bool { return datapackage.Columns(kind) != nil }

// hasColumn tells whether a table has a column.
func hasColumn(kind, name string) bool {
	return slices.ContainsFunc(datapackage.Columns(kind), func(s datapackage.Spec) bool { return s.Name == name })
}

// recordWords names a record shortly.
func (c *Call) recordWords(k store.Key) string {
	corpus := c.corpus()
	switch k.Kind {
	case workbench.KindStatement:
		if i := slices.IndexFunc(corpus.Statements, func(s entente.Statement) bool { return s.ID == k.ID }); i >= 0 {
			s := &corpus.Statements[i]
			return c.T.T("desk.start.unit", "actor", c.actorName(s.Actor), "proposition", c.propositionName(s.Proposition))
		}
	case workbench.KindActor:
		return c.actorName(entente.ActorID(k.ID))
	case workbench.KindProposition:
		return c.propositionName(entente.PropositionID(k.ID))
	case workbench.KindSource:
		if s := corpus.Source(entente.SourceID(k.ID)); s != nil {
			return s.Title
		}
	}
	return wordOr(c.T, "kind", k.Kind) + " " + k.ID
}
