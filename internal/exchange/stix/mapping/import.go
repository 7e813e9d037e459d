package mapping

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/exchange/stix"
)

// Origin is a record with the object that it came in.
type Origin struct {
	datapackage.Row
	Object    stix.ID
	Version   stix.Time
	CreatedBy stix.ID
	Framework string
}

// Left is an object that gave no record, or a part of one that has no place in
// a record.
type Left struct {
	Object stix.ID
	Why    string
	// Fault marks an object that should have given a record and could not.
	Fault bool
}

// Imported is what a list of objects says in the words of a corpus.
type Imported struct {
	// Rows are the records, in the order of the tables and their keys.
	Rows []Origin
	// Withdrawn are the records whose objects are revoked.
	Withdrawn []Origin
	// Translations are the translations of properties, see [Translation].
	Translations []Translation
	// Missing are the records that Rows refer to and that are not among them.
	Missing []datapackage.Ref
	// Left are the objects that gave nothing.
	Left []Left
}

// Records gives the rows as records.
func (i *Imported) Records() (entente.Records, error) {
	var out entente.Records
	for _, r := range i.Rows {
		if err := r.AppendTo(&out); err != nil {
			return entente.Records{}, err
		}
	}
	return out, nil
}

// Import reads the records back out of objects, of each object's newest
// version. Objects without one of the program's extensions give none. With a
// framework given, records of another list of propositions are left out: their
// names would mean something else here.
//
// The order of the objects does not matter. When two objects give the same
// record differently, the later version counts and the other is told as left.
func Import(list []*stix.Object, framework string) *Imported {
	in := &importer{framework: framework, out: &Imported{}, rows: map[datapackage.Ref]Origin{}}
	revoked := map[stix.ID]bool{}
	for _, o := range list {
		if o.Revoked() {
			revoked[o.ID()] = true
		}
	}
	latest := stix.Latest(list)
	slices.SortFunc(latest, func(a, b *stix.Object) int { return cmp.Compare(a.ID(), b.ID()) })
	for _, o := range latest {
		in.object(o, revoked[o.ID()])
	}
	in.finish()
	return in.out
}

type importer struct {
	framework string
	out       *Imported
	rows      map[datapackage.Ref]Origin
}

func (in *importer) left(o *stix.Object, fault bool, format string, args ...any) {
	in.out.Left = append(in.out.Left, Left{o.ID(), fmt.Sprintf(format, args...), fault})
}

func (in *importer) object(o *stix.Object, revoked bool) {
	if o.Type() == "language-content" {
		in.translation(o, revoked)
		return
	}
	for i := range Extensions {
		e := &Extensions[i]
		value := o.Extension(e.ID())
		if value == nil {
			continue
		}
		got, err := in.read(o, e, value)
		switch {
		case err != nil:
			in.left(o, true, "%v", err)
		case in.framework != "" && got.Framework != in.framework:
			in.left(o, false, "the record belongs to the list of propositions %q", got.Framework)
		case revoked:
			in.out.Withdrawn = append(in.out.Withdrawn, got)
		default:
			in.keep(o, got)
		}
		return
	}
	in.left(o, false, "the object carries no record")
}

// keep takes a record, unless a later object gives it differently.
func (in *importer) keep(o *stix.Object, got Origin) {
	ref := datapackage.Ref{Table: got.Table, ID: got.ID()}
	old, twice := in.rows[ref]
	switch {
	case !twice:
	case slices.Equal(old.Cells, got.Cells):
		return
	case got.Version.Compare(old.Version) > 0:
		in.out.Left = append(in.out.Left, Left{old.Object, fmt.Sprintf("%s gives %s:%s later and differently", o.ID(), ref.Table, ref.ID), true})
	default:
		in.left(o, true, "%s gives %s:%s differently", old.Object, ref.Table, ref.ID)
		return
	}
	in.rows[ref] = got
}

// read takes the record out of an extension.
func (in *importer) read(o *stix.Object, e *Extension, value []byte) (Origin, error) {
	fail := func(format string, args ...any) (Origin, error) {
		return Origin{}, &entente.Error{Kind: entente.Invalid, Op: "import STIX", Msg: fmt.Sprintf(format, args...)}
	}
	fields := maps.Collect(stix.Members(value))
	framework, err := fromJSON(datapackage.Spec{Name: "framework"}, fields["framework"])
	if err != nil || framework == "" {
		return fail("the list of propositions is not told")
	}
	table := e.Tables[0]
	if !e.single() {
		if table, err = fromJSON(datapackage.Spec{Name: "table"}, fields["table"]); err != nil || !slices.Contains(e.Tables, table) {
			return fail("the table is not known")
		}
		inner := fields["fields"]
		clear(fields)
		maps.Insert(fields, stix.Members(inner))
	} else {
		delete(fields, "framework")
		delete(fields, "extension_type")
	}
	r := datapackage.Row{Table: table}
	for _, s := range datapackage.Columns(table) {
		cell := ""
		if v, ok := fields[s.Name]; ok {
			if cell, err = fromJSON(s, v); err != nil {
				return Origin{}, err
			}
		}
		r.Cells = append(r.Cells, cell)
		delete(fields, s.Name)
		delete(fields, s.Name+"_ref")
		delete(fields, s.Name+"_refs")
	}
	if err := r.Check(); err != nil {
		return Origin{}, err
	}
	for k := range stix.Members(value) { // in their order
		if _, ok := fields[k]; ok && e.single() {
			in.left(o, false, "the property %q has no column; it stays with the object", k)
		}
	}
	if table == "statements" {
		if why := agrees(o, newRow(r), framework); why != "" {
			return fail("%s", why)
		}
	}
	return Origin{r, o.ID(), o.VersionTime(), o.CreatedBy(), framework}, nil
}

// agrees tells in what an opinion contradicts its own extension: somebody has
// changed the one without the other, and neither can be believed.
func agrees(o *stix.Object, r row, framework string) string {
	stance := entente.Stance(r.get("stance"))
	switch word := o.Text("opinion"); {
	case word != scale[stance]:
		return fmt.Sprintf("the opinion is %q, its extension says %q, which is %q", word, stance, scale[stance])
	case !slices.Contains(o.Refs("object_refs"), NormID(framework, entente.PropositionID(r.get("proposition")))):
		return "the opinion does not refer to the norm that its extension names"
	}
	return ""
}

func (in *importer) finish() {
	place := map[string]int{}
	for i, t := range datapackage.Tables() {
		place[t] = i
	}
	order := func(a, b Origin) int {
		return cmp.Or(cmp.Compare(place[a.Table], place[b.Table]), strings.Compare(a.ID(), b.ID()), strings.Compare(string(a.Object), string(b.Object)))
	}
	missing := map[datapackage.Ref]bool{}
	for _, r := range in.rows {
		in.out.Rows = append(in.out.Rows, r)
		for _, ref := range r.Refs() {
			if _, ok := in.rows[ref]; !ok {
				missing[ref] = true
			}
		}
	}
	for ref := range missing {
		in.out.Missing = append(in.out.Missing, ref)
	}
	slices.SortFunc(in.out.Rows, order)
	slices.SortFunc(in.out.Withdrawn, order)
	slices.SortFunc(in.out.Missing, func(a, b datapackage.Ref) int {
		return cmp.Or(cmp.Compare(place[a.Table], place[b.Table]), strings.Compare(a.ID, b.ID))
	})
	slices.SortFunc(in.out.Left, func(a, b Left) int {
		return cmp.Or(strings.Compare(string(a.Object), string(b.Object)), strings.Compare(a.Why, b.Why))
	})
}
