package inbox

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/stix/mapping"
	"entente/internal/store"
)

// Preview is what accepting some items would do.
type Preview struct {
	// Records are the records that the items carry.
	Records []Proposed `json:"records"`
	// Retire are the records that would be retired, since their owner has withdrawn
	// them.
	Retire []Proposed `json:"retire"`
	// Kept are the objects that carry no record: they are kept as reports of the
	// partner's.
	Kept []Kept `json:"kept"`
	// Missing are the records that are referred to and are neither published here
	// nor among the items. Nothing is published before they are.
	Missing []Missing `json:"missing"`
	// Refused are the items that cannot be accepted.
	Refused []Refused `json:"refused"`
}

// Same and the words of datapackage.RowChange say what would become of a record.
const Same = "same"

// Proposed is a record as it would become.
type Proposed struct {
	Item Item `json:"item"`
	// What is added, changed, removed or same.
	What string `json:"what"`
	// Cells are the columns that differ from what is published here; where nothing
	// is, from the latest version.
	Cells []datapackage.CellChange `json:"cells"`
	// Standing is what is here of the record, nil for nothing.
	Standing *Standing `json:"standing,omitempty"`

	row  datapackage.Row
	base int
}

// Standing is the latest version of a record that is here.
type Standing struct {
	Version int         `json:"version"`
	State   store.State `json:"state"`
	Who     string      `json:"who"`
	Via     string      `json:"via"`
}

// Kept is an object that carries no record.
type Kept struct {
	Item Item   `json:"item"`
	Name string `json:"name,omitempty"`
}

// Missing is a record that is referred to and is not here.
type Missing struct {
	Record string   `json:"record"`
	By     []string `json:"by"` // the records that refer to it
	// Offers are the waiting items of the same partner that carry it.
	Offers []int64 `json:"offers"`
}

// Refused is an item that cannot be accepted, and why.
type Refused struct {
	Item Item   `json:"item"`
	Why  string `json:"why"`
	Hint string `json:"hint,omitempty"`
}

// Preview tells what accepting the items would do. It changes nothing.
func (b *Inbox) Preview(ctx context.Context, ns []int64) (*Preview, error) {
	items, err := b.get(ctx, ns)
	if err != nil {
		return nil, err
	}
	framework, err := b.framework(ctx)
	if err != nil {
		return nil, err
	}
	p := &previewing{b: b, framework: framework, out: &Preview{}, given: map[store.Key]int64{}}
	for i := range items {
		if err := p.item(ctx, &items[i]); err != nil {
			return nil, err
		}
	}
	return p.out, p.missing(ctx)
}

// framework is the name of the list of propositions that the store works with.
func (b *Inbox) framework(ctx context.Context) (string, error) {
	v, err := b.st.Get(ctx, store.InfoKey)
	switch {
	case entente.KindOf(err) == entente.NotFound:
		return "", &entente.Error{Kind: entente.Conflict, Op: "read the inbox", Msg: "the store holds no corpus, so records have no place in it", Hint: "fill it first: entente init --from"}
	case err != nil:
		return "", err
	}
	var info struct {
		Name string `json:"name"`
	}
	if err := unmarshal(v.Body, &info); err != nil {
		return "", err
	}
	return info.Name, nil
}

type previewing struct {
	b         *Inbox
	framework string
	out       *Preview
	given     map[store.Key]int64 // by which item
	refs      []reference
}

type reference struct {
	partner  string
	from, to store.Key
}

func (p *previewing) refuse(i *Item, hint, format string, args ...any) {
	p.out.Refused = append(p.out.Refused, Refused{Item: *i, Why: fmt.Sprintf(format, args...), Hint: hint})
}

func (p *previewing) item(ctx context.Context, i *Item) error {
	switch {
	case i.State == Superseded:
		p.refuse(i, "look at the object's newest version", "nothing is left to decide: %s", i.Note)
		return nil
	case i.State == Aside:
		p.refuse(i, "", "nothing is to decide: %s", i.Note)
		return nil
	case i.State != New:
		p.refuse(i, "", "%s has decided already: %s", i.Who, i.State)
		return nil
	}
	o, err := i.Body()
	if err != nil {
		return err
	}
	in := mapping.Import([]*stix.Object{o}, p.framework)
	switch {
	case len(in.Withdrawn) > 0:
		return p.record(ctx, i, in.Withdrawn[0].Row, true)
	case len(in.Rows) > 0:
		return p.record(ctx, i, in.Rows[0].Row, false)
	case i.Record != "":
		p.refuse(i, "its names mean something else here; reject it, or keep a store for that list", "%s", in.Left[0].Why)
	case slices.ContainsFunc(in.Left, func(l mapping.Left) bool { return l.Fault }):
		p.refuse(i, "tell the partner, and reject it", "%s", in.Left[0].Why)
	default:
		p.out.Kept = append(p.out.Kept, Kept{*i, o.Text("name")})
	}
	return nil
}

// record works out what would become of a record.
func (p *previewing) record(ctx context.Context, i *Item, row datapackage.Row, withdrawn bool) error {
	k := store.Key{Kind: row.Table, ID: row.ID()}
	if n, twice := p.given[k]; twice {
		p.refuse(i, "accept one of them, then look at the other", "item %d gives the same record", n)
		return nil
	}
	pr := Proposed{Item: *i, What: datapackage.RowAdded, row: row}
	latest, public, err := p.b.standing(ctx, k)
	if err != nil {
		return err
	}
	var before []string
	if latest != nil {
		pr.base, pr.Standing = latest.Number, &Standing{latest.Number, latest.State, latest.Commit.Who, latest.Commit.Via}
		if why := inTheWay(latest, public); why != "" {
			p.refuse(i, "publish or retire that first, or merge", "%s:%s %s", k.Kind, k.ID, why)
			return nil
		}
		against := public
		if against == nil && latest.State != store.Retired {
			against = latest
		}
		if against != nil {
			r, err := store.DecodeRow(k.Kind, against.Body)
			if err != nil {
				return err
			}
			before, pr.What = r.Cells, datapackage.RowChanged
		}
	}
	p.given[k] = i.N
	if withdrawn {
		if public == nil && (latest == nil || latest.State == store.Retired) {
			p.refuse(i, "reject it", "%s:%s is not here any more", k.Kind, k.ID)
			return nil
		}
		pr.What, pr.Cells = datapackage.RowRemoved, cellChanges(row.Table, before, nil)
		p.out.Retire = append(p.out.Retire, pr)
		return nil
	}
	pr.Cells = cellChanges(row.Table, before, row.Cells)
	if before != nil && len(pr.Cells) == 0 {
		pr.What = Same
	}
	p.out.Records = append(p.out.Records, pr)
	for _, r := range row.Refs() {
		p.refs = append(p.refs, reference{i.Partner, k, store.Key{Kind: r.Table, ID: r.ID}})
	}
	return nil
}

// inTheWay tells what somebody here has under way that an accepted record would
// go over.
func inTheWay(latest, public *store.Version) string {
	switch {
	case latest.Layer != "":
		return "is somebody's private note here"
	case latest.State != store.Draft && latest.State != store.InReview, latest.Commit.Via == Via:
		return ""
	case public != nil:
		return fmt.Sprintf("has an edit under way here (version %d, by %s)", latest.Number, latest.Commit.Who)
	}
	return fmt.Sprintf("is under way here (version %d, by %s)", latest.Number, latest.Commit.Who)
}

// standing gives the latest version of a record and the one that is published;
// nil for none.
func (b *Inbox) standing(ctx context.Context, k store.Key) (latest, public *store.Version, err error) {
	history, err := b.st.History(ctx, k)
	if entente.KindOf(err) == entente.NotFound {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	for i := range history { // the latest first
		if history[i].Layer != "" {
			continue
		}
		if history[i].State == store.Published {
			public = &history[i]
		}
		if history[i].State == store.Published || history[i].State == store.Retired {
			break
		}
	}
	return &history[0], public, nil
}

// cellChanges lists the columns that differ; nil stands for no row.
func cellChanges(table string, before, after []string) []datapackage.CellChange {
	cell := func(row []string, i int) string {
		if row == nil {
			return ""
		}
		return row[i]
	}
	var out []datapackage.CellChange
	for i, c := range datapackage.Columns(table) {
		if a, b := cell(before, i), cell(after, i); a != b {
			out = append(out, datapackage.CellChange{Column: c.Name, Before: a, After: b})
		}
	}
	return out
}

// missing finds what is referred to and not here.
func (p *previewing) missing(ctx context.Context) error {
	at := map[store.Key]int{}
	for _, r := range p.refs {
		if _, given := p.given[r.to]; given {
			continue
		}
		i, seen := at[r.to]
		if !seen {
			_, public, err := p.b.standing(ctx, r.to)
			if err != nil {
				return err
			}
			at[r.to] = -1
			if public != nil {
				continue
			}
			offers, err := p.b.List(ctx, Ask{Partner: r.partner, Record: r.to.String(), States: []State{New}})
			if err != nil {
				return err
			}
			m := Missing{Record: r.to.String()}
			for _, o := range offers {
				if !o.Revoked {
					m.Offers = append(m.Offers, o.N)
				}
			}
			slices.Sort(m.Offers)
			i = len(p.out.Missing)
			at[r.to] = i
			p.out.Missing = append(p.out.Missing, m)
		}
		if i >= 0 && !slices.Contains(p.out.Missing[i].By, r.from.String()) {
			p.out.Missing[i].By = append(p.out.Missing[i].By, r.from.String())
		}
	}
	slices.SortFunc(p.out.Missing, func(a, b Missing) int { return strings.Compare(a.Record, b.Record) })
	return nil
}

// WithNeeded adds to the items the waiting ones of the same partners that carry
// what they refer to and what is not here, and so on.
func (b *Inbox) WithNeeded(ctx context.Context, ns []int64) ([]int64, error) {
	ns = slices.Clone(ns)
	for {
		p, err := b.Preview(ctx, ns)
		if err != nil {
			return nil, err
		}
		grown := false
		for _, m := range p.Missing {
			if len(m.Offers) > 0 && !slices.Contains(ns, m.Offers[0]) {
				ns, grown = append(ns, m.Offers[0]), true
			}
		}
		if !grown {
			return ns, nil
		}
	}
}
