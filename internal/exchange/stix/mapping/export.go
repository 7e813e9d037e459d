package mapping

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/exchange/stix"
)

// Epoch is the time of creation of what has none of its own: the words of the
// field (actors, norms), which no node owns.
const Epoch = "2000-01-01T00:00:00.000Z"

// Options steer [Export].
type Options struct {
	// Creator is the identity of the node that vouches for the records; see
	// [ActorIdentity]. Empty leaves the objects without a maker.
	Creator stix.ID
	// Framework names the list of propositions; empty takes the corpus's name.
	Framework string
	// Times tells when a record entered and when it was last changed; false for
	// one that it does not know. Without it a record counts as created on the
	// [Epoch] and changed on the day the corpus was released. A node that edits
	// records must give it: an object that changes without a new time is refused
	// by whoever has the old one.
	Times func(datapackage.Ref) (created, modified time.Time, ok bool)
	// Marks gives the marking-definitions of a record's objects; nil marks nothing.
	Marks func(datapackage.Ref) []stix.ID
}

// Export makes the objects of the records that are asked for and of all that
// they refer to, so that what is exported is whole; nil asks for every record.
// The extension definitions come first. The same corpus and options give the
// same bytes.
func Export(c *entente.Corpus, want []datapackage.Ref, o Options) ([]*stix.Object, error) {
	x, err := newExporter(c, o)
	if err != nil {
		return nil, err
	}
	refs, err := x.closure(want)
	if err != nil {
		return nil, err
	}
	out, err := Definitions()
	if err != nil {
		return nil, err
	}
	seen := map[stix.ID]bool{}
	for _, ref := range refs {
		list, err := x.objects(x.rows[ref])
		if err != nil {
			return nil, err
		}
		for _, m := range list {
			b, err := stix.Build(m)
			if err != nil {
				return nil, &entente.Error{Kind: entente.KindOf(err), Op: "export STIX", Place: ref.Table + ":" + ref.ID, Msg: "the record makes no valid object", Err: err}
			}
			if !seen[b.ID()] { // several states may lie in one place
				seen[b.ID()] = true
				out = append(out, b)
			}
		}
	}
	return out, nil
}

type exporter struct {
	o     Options
	c     *entente.Corpus
	plans map[string]plan
	rows  map[datapackage.Ref]row
	all   []datapackage.Ref // in the order of the tables and their keys
	ids   map[datapackage.Ref]stix.ID
}

func newExporter(c *entente.Corpus, o Options) (*exporter, error) {
	fail := func(msg, hint string) error {
		return &entente.Error{Kind: entente.Invalid, Op: "export STIX", Msg: msg, Hint: hint}
	}
	if o.Framework == "" {
		o.Framework = c.Info.Name
	}
	if o.Framework == "" {
		return nil, fail("the corpus has no name", "name the list of propositions")
	}
	if o.Creator != "" {
		if _, why := stix.ParseID(string(o.Creator)); why != "" || o.Creator.Type() != "identity" {
			return nil, fail("the maker is not an identity", "give an identifier such as identity--UUID")
		}
	}
	x := &exporter{o: o, c: c, plans: allPlans(), rows: map[datapackage.Ref]row{}, ids: map[datapackage.Ref]stix.ID{}}
	for _, r := range datapackage.RowsOf(&c.Records) {
		row := newRow(r)
		x.rows[row.ref()] = row
		x.all = append(x.all, row.ref())
	}
	return x, nil
}

// closure lists what is wanted and all that it refers to, in table order.
func (x *exporter) closure(want []datapackage.Ref) ([]datapackage.Ref, error) {
	if want == nil {
		return x.all, nil
	}
	in := map[datapackage.Ref]bool{}
	todo := slices.Clone(want)
	for len(todo) > 0 {
		ref := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if in[ref] {
			continue
		}
		r, ok := x.rows[ref]
		if !ok {
			return nil, &entente.Error{Kind: entente.NotFound, Op: "export STIX", Place: ref.Table + ":" + ref.ID, Msg: "there is no such record"}
		}
		in[ref] = true
		todo = append(todo, r.Refs()...)
	}
	out := slices.Clone(x.all)
	return slices.DeleteFunc(out, func(r datapackage.Ref) bool { return !in[r] }), nil
}

// plan tells how the records of a table stand in STIX.
type plan struct {
	typ string
	// shared marks the words of the field: their identifiers do not depend on the
	// node, and no node is their maker.
	shared bool
	// fill adds the standard's own properties and gives further objects.
	fill func(x *exporter, r row, m map[string]any) ([]map[string]any, error)
}

// allPlans is the table of tables. (A function, since the plans' own functions
// look into it.)
func allPlans() map[string]plan {
	return map[string]plan{
		"actors":        {"identity", true, fillActor},
		"sources":       {"report", false, fillSource},
		"instruments":   {"report", false, fillInstrument},
		"propositions":  {"report", true, fillNorm},
		"statements":    {"opinion", false, fillStance},
		"incidents":     {"incident", false, fillIncident},
		"attributions":  {"report", false, fillAttribution},
		"memberships":   {"relationship", false, fillMembership},
		"participation": {"relationship", false, fillParticipation},
		"rollcalls":     {"report", false, fillRollCall},
		"votes":         {"relationship", false, fillVote},
		"implications":  {"relationship", false, fillImplication},
		"quotations":    {"note", false, fillNote("exact", "statement", "statements")},
		"codebook":      {"note", false, fillNote("definition", "proposition", "propositions")},
		"coverage":      {"note", false, fillNote("finding", "source", "sources")},
		"challenges":    {"note", false, fillChallenge},
		"projects":      {"report", false, fillProject},
		"suggestions":   {"note", false, fillNote("text", "actors", "actors")},
		"facts":         {"note", false, fillNote("text", "source", "sources")},
	}
}

// ActorIdentity is the identifier of an actor's identity object, the same on
// every node.
func ActorIdentity(a entente.ActorID) stix.ID {
	return fixed("identity", map[string]string{"table": "actors", "id": string(a)})
}

// NormID is the identifier of a proposition's object, the same on every node
// that works with the same list of propositions.
func NormID(framework string, p entente.PropositionID) stix.ID {
	return fixed("report", map[string]string{"framework": framework, "table": "propositions", "id": string(p)})
}

// idOf gives the identifier of a record's object.
func (x *exporter) idOf(ref datapackage.Ref) (stix.ID, error) {
	if id, ok := x.ids[ref]; ok {
		return id, nil
	}
	p, ok := x.plans[ref.Table]
	if !ok {
		return "", &entente.Error{Kind: entente.Invalid, Op: "export STIX", Msg: fmt.Sprintf("there is no table %q", ref.Table)}
	}
	name := map[string]string{"table": ref.Table, "id": ref.ID}
	if ref.Table != "actors" {
		name["framework"] = x.o.Framework
	}
	if !p.shared && x.o.Creator != "" {
		name["creator"] = string(x.o.Creator)
	}
	id, err := stix.NewID(p.typ, name)
	if err != nil {
		return "", err
	}
	x.ids[ref] = id
	return id, nil
}

// objects makes the object of a record and those that follow from it.
func (x *exporter) objects(r row) ([]map[string]any, error) {
	p := x.plans[r.Table]
	id, err := x.idOf(r.ref())
	if err != nil {
		return nil, err
	}
	m := x.common(r, p.typ, id)
	if p.shared {
		delete(m, "created_by_ref")
	}
	e := extensionOf[r.Table]
	ext := map[string]any{"extension_type": "property-extension", "framework": x.o.Framework}
	into := ext
	if !e.single() {
		into = map[string]any{}
		ext["table"], ext["fields"] = r.Table, into
	}
	if err := x.payload(r, into); err != nil {
		return nil, err
	}
	m["extensions"] = map[string]any{string(e.ID()): ext}
	if refs := x.references(r); refs != nil {
		m["external_references"] = refs
	}
	more, err := p.fill(x, r, m)
	return append([]map[string]any{m}, more...), err
}

// common gives the properties that every object of a record has.
func (x *exporter) common(r row, typ string, id stix.ID) map[string]any {
	created, modified := Epoch, Epoch
	if d := x.c.Info.Released; !d.IsZero() {
		modified = max(modified, day(d))
	}
	if x.o.Times != nil {
		if from, to, ok := x.o.Times(r.ref()); ok {
			created, modified = stix.At(from).String(), stix.At(to).String()
			if x.plans[r.Table].shared { // no node has created a word of the field
				created = Epoch
			}
		}
	}
	m := map[string]any{"type": typ, "spec_version": "2.1", "id": id, "created": created, "modified": modified, "lang": "en"}
	if x.o.Creator != "" {
		m["created_by_ref"] = x.o.Creator
	}
	if x.o.Marks != nil {
		if marks := x.o.Marks(r.ref()); len(marks) > 0 {
			m["object_marking_refs"] = marks
		}
	}
	return m
}

// day gives the first moment of a date.
func day(d entente.Date) string { return d.First().String() + "T00:00:00.000Z" }

// date gives a cell with a date as a timestamp, its first day; the epoch when
// the date is not known. The exact date is in the extension.
func date(cell string) string {
	if d, err := entente.ParseDate(cell); err == nil && !d.IsZero() {
		return day(d)
	}
	return Epoch
}

// derived makes an object that follows from a record and is not read back.
func (x *exporter) derived(r row, typ, what string, more map[string]any) (map[string]any, error) {
	name := map[string]string{"derived": what, "table": r.Table, "id": r.id, "framework": x.o.Framework}
	if !x.plans[r.Table].shared && x.o.Creator != "" {
		name["creator"] = string(x.o.Creator)
	}
	id, err := stix.NewID(typ, name)
	if err != nil {
		return nil, err
	}
	m := x.common(r, typ, id)
	if x.plans[r.Table].shared {
		delete(m, "created_by_ref")
	}
	maps.Copy(m, more)
	return m, nil
}

// references gives the source of a record as an external reference.
func (x *exporter) references(r row) []stix.Reference {
	source := r.get("source")
	if r.Table == "sources" {
		source = r.id
	}
	s, ok := x.rows[datapackage.Ref{Table: "sources", ID: source}]
	if !ok {
		return nil
	}
	ref := stix.Reference{SourceName: s.get("author"), Description: s.get("title"), URL: s.get("url"), ExternalID: s.get("symbol")}
	if ref.SourceName == "" {
		ref.SourceName = s.get("title")
	}
	if p := r.get("pinpoint"); p != "" {
		ref.Description += ", " + p
	}
	if h := s.get("sha256"); len(h) == 64 && ref.URL != "" {
		ref.Hashes = map[string]string{"SHA-256": strings.ToLower(h)}
	}
	return []stix.Reference{ref}
}
