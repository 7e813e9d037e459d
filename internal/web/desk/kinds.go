package desk

import (
	"slices"

	"entente/internal/datapackage"
	"entente/internal/store"
	"entente/internal/workbench"
)

// allKinds lists the kinds of record: the tables of the corpus, then what only
// the workbench has. Private notes are not listed: they are in nobody's log but
// their owner's.
func allKinds() []string {
	return slices.Concat(datapackage.Tables(), []string{
		store.InfoKey.Kind, workbench.KindDocument, workbench.KindTask, workbench.KindComment, workbench.KindSettlement, workbench.KindMapping, workbench.KindProposal,
	})
}
