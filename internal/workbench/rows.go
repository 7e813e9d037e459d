package workbench

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/store"
)

// tableOf gives the table of a record's type and its place in the records; ""
// for a type that is no table that the workbench writes.
func tableOf[T any](r *entente.Records) (string, *[]T) {
	var zero T
	var at any
	var name string
	switch any(zero).(type) {
	case entente.Source:
		name, at = KindSource, &r.Sources
	case entente.Actor:
		name, at = KindActor, &r.Actors
	case entente.Instrument:
		name, at = KindInstrument, &r.Instruments
	case entente.Proposition:
		name, at = KindProposition, &r.Propositions
	case entente.Implication:
		name, at = KindImplication, &r.Implications
	case entente.Statement:
		name, at = KindStatement, &r.Statements
	case entente.Quotation:
		name, at = KindQuotation, &r.Quotations
	case entente.Coverage:
		name, at = KindCoverage, &r.Coverages
	case entente.CodebookEntry:
		name, at = KindCodebook, &r.Codebooks
	case entente.Challenge:
		name, at = KindChallenge, &r.Challenges
	default:
		panic(fmt.Sprintf("workbench: %T is no table", zero)) // a fault of the program
	}
	return name, at.(*[]T) //nolint:forcetypeassert // the switch chose it
}

// rowOf writes a record as a row of its table.
func rowOf[T any](rec T) datapackage.Row {
	var r entente.Records
	_, at := tableOf[T](&r)
	*at = []T{rec}
	return datapackage.RowsOf(&r)[0]
}

// rowChange is a change of a record of the corpus.
func rowChange[T any](rec T, base int, state store.State) store.Change {
	return store.RowChange(rowOf(rec), base, state)
}

// rowKey names a record of the corpus.
func rowKey[T any](rec T) store.Key {
	row := rowOf(rec)
	return store.Key{Kind: row.Table, ID: row.ID()}
}

// fromRow reads a version as a record of its table. A draft may be unfinished:
// what is missing or wrong in it is left empty.
func fromRow[T any](v *store.Version) (T, error) {
	var r entente.Records
	var zero T
	name, at := tableOf[T](&r)
	if name != v.Kind {
		return zero, fault(entente.Internal, "read record", v.String(), "it is not a row of "+name, "")
	}
	row, err := store.DecodeRow(v.Kind, v.Body)
	if err != nil {
		return zero, err
	}
	read, _ := datapackage.Reader(v.Kind)
	if err := read(&r, row.Cells); err != nil && (v.State == store.Published || v.State == store.InReview) {
		return zero, &entente.Error{Kind: entente.Internal, Op: "read record", Place: v.String(), Msg: "the record cannot be read", Hint: "restore an earlier version of it", Err: err}
	}
	return (*at)[0], nil
}

// row reads the latest version of a record of the corpus, whatever its state.
func row[T any](ctx context.Context, b *Bench, id string) (T, *store.Version, error) {
	var r entente.Records
	var zero T
	kind, _ := tableOf[T](&r)
	if err := checkID(kind, id); err != nil {
		return zero, nil, err
	}
	v, err := b.Store.Get(ctx, store.Key{Kind: kind, ID: id})
	if err != nil {
		return zero, nil, err
	}
	rec, err := fromRow[T](v)
	return rec, v, err
}

// there makes sure that a record is in the store and not retired; what names it
// in the message.
func (b *Bench) there(ctx context.Context, op, kind, id string) error {
	err := checkID(kind, id)
	if err == nil {
		var v *store.Version
		v, err = b.Store.Get(ctx, store.Key{Kind: kind, ID: id})
		if err == nil && v.State != store.Retired && v.Layer == "" {
			return nil
		}
	}
	if err != nil && entente.KindOf(err) != entente.NotFound {
		return err
	}
	return fault(entente.Invalid, op, kind, fmt.Sprintf("%q is not the id of one of the %s", id, kind), "choose one from the list, or add it first")
}

// published gives the version of a record that the public sees, nil when there
// is none.
func (b *Bench) published(ctx context.Context, k store.Key) (*store.Version, error) {
	list, err := b.Store.History(ctx, k)
	if err != nil {
		return nil, err
	}
	for i := range list { // the latest first
		switch list[i].State {
		case store.Published:
			return &list[i], nil
		case store.Retired:
			return nil, nil
		}
	}
	return nil, nil
}

// sortedKeys gives the keys of a map in their order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
