package workbench

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/store"
)

// CodebookVersion is one version of what a proposition takes in and leaves out.
type CodebookVersion struct {
	entente.CodebookEntry
	State store.State
	By    string
}

// SaveCodebook writes the next version of a proposition's codebook entry;
// e.Version is the version that the writer saw, 0 for none. It is published with
// its proposition: at once when that is public, else when it becomes so. Earlier
// versions stay, so that a coding can be read by the rules that it was made
// under.
//
// Errors: Invalid for an unknown proposition or an empty definition; Conflict
// when there is a newer version.
func (b *Bench) SaveCodebook(ctx context.Context, u User, e entente.CodebookEntry) (*entente.CodebookEntry, error) {
	const op = "save codebook"
	if err := typedAll(op, MaxLong, map[string]*string{"definition": &e.Definition, "examples": &e.Examples, "rules": &e.Rules, "note": &e.Note}); err != nil {
		return nil, err
	}
	e.Definition, e.Examples, e.Rules, e.Note = oneLine(e.Definition), oneLine(e.Examples), oneLine(e.Rules), oneLine(e.Note)
	if e.Definition == "" {
		return nil, fault(entente.Invalid, op, "definition", "the definition is empty", "say what the proposition takes in")
	}
	if err := b.there(ctx, op, KindProposition, string(e.Proposition)); err != nil {
		return nil, err
	}
	p, err := b.published(ctx, store.Key{Kind: KindProposition, ID: string(e.Proposition)})
	if err != nil {
		return nil, err
	}
	list, err := b.codebookRows(ctx, string(e.Proposition))
	if err != nil {
		return nil, err
	}
	last := 0
	for i := range list {
		last = max(last, versionOf(&list[i]))
	}
	if e.Version != last {
		return nil, fault(entente.Conflict, op, string(e.Proposition), fmt.Sprintf("you started from version %d, now it is %d", e.Version, last), "load it again, look at the change, and repeat yours")
	}
	e.Version++
	if e.Date.IsZero() {
		e.Date = b.today()
	}
	state := store.Published
	if p == nil {
		state = store.Draft
	}
	if _, err := b.public(ctx, u, fmt.Sprintf("codebook of %s, version %d", e.Proposition, e.Version), rowChange(e, 0, state)); err != nil {
		return nil, err
	}
	return &e, nil
}

// codebookRows gives the latest versions of the rows of a proposition's
// codebook, the retired ones too.
func (b *Bench) codebookRows(ctx context.Context, proposition string) ([]store.Version, error) {
	return b.under(ctx, KindCodebook, proposition+datapackage.KeySep)
}

// versionOf reads the number of a codebook entry off its id.
func versionOf(v *store.Version) int {
	n, _ := strconv.Atoi(v.ID[lastSep(v.ID)+1:]) // a number: the store checks ids against their rows
	return n
}

func lastSep(id string) int {
	for i := len(id) - 1; i >= 0; i-- {
		if id[i] == datapackage.KeySep[0] {
			return i
		}
	}
	return -1
}

// Codebook lists every version of a proposition's codebook entry, the latest
// first.
func (b *Bench) Codebook(ctx context.Context, p entente.PropositionID) ([]CodebookVersion, error) {
	if err := checkID(KindProposition, string(p)); err != nil {
		return nil, err
	}
	list, err := b.codebookRows(ctx, string(p))
	if err != nil {
		return nil, err
	}
	out := []CodebookVersion{}
	for i := range list {
		if list[i].State == store.Retired {
			continue
		}
		e, err := fromRow[entente.CodebookEntry](&list[i])
		if err != nil {
			return nil, err
		}
		out = append(out, CodebookVersion{e, list[i].State, list[i].Commit.Who})
	}
	slices.SortFunc(out, func(a, b CodebookVersion) int { return b.Version - a.Version })
	return out, nil
}

// columnOf gives the place of a column in a table, -1 when there is none.
func columnOf(kind, name string) int {
	return slices.IndexFunc(datapackage.Columns(kind), func(c datapackage.Spec) bool { return c.Name == name })
}
