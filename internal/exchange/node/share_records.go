package node

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"entente"
	"entente/corpora"
	"entente/internal/datapackage"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/inbox"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/stix/mapping"
	"entente/internal/store"
)

// parts are the tables whose rows belong to rows of another table: whoever names
// the one means the other too.
var parts = []struct{ table, column, of, words string }{
	{"statements", "instrument", "instruments", "made in"},
	{"attributions", "incident", "incidents", "attribution of"},
	{"quotations", "statement", "statements", "quotation of"},
}

// gathering are the records that a request comes to.
type gathering struct {
	rows   map[datapackage.Ref]datapackage.Row
	order  []datapackage.Ref // of the corpus
	role   map[datapackage.Ref]Role
	reason map[datapackage.Ref]string
	level  map[datapackage.Ref]handling.TLP
}

// records makes the objects of the records.
func (w *work) records(ctx context.Context) error {
	if len(w.r.Records) == 0 {
		return nil
	}
	c, _, err := w.n.Store.Corpus(ctx)
	if err != nil {
		return err
	}
	g := &gathering{
		rows: map[datapackage.Ref]datapackage.Row{}, role: map[datapackage.Ref]Role{}, reason: map[datapackage.Ref]string{}, level: map[datapackage.Ref]handling.TLP{},
	}
	for _, r := range datapackage.RowsOf(&c.Records) {
		ref := datapackage.Ref{Table: r.Table, ID: r.ID()}
		g.rows[ref], g.order = r, append(g.order, ref)
	}
	if err := w.gather(ctx, g); err != nil {
		return err
	}
	if err := w.levels(ctx, g); err != nil {
		return err
	}
	times, err := w.n.times(ctx, g.role)
	if err != nil {
		return err
	}
	var want []datapackage.Ref
	for _, ref := range g.order {
		if g.role[ref] != "" {
			want = append(want, ref)
		}
	}
	if len(want) == 0 {
		return nil
	}
	list, err := mapping.Export(c, want, mapping.Options{
		Creator: w.state.Settings.Identity,
		Times: func(ref datapackage.Ref) (created, modified time.Time, ok bool) {
			t, ok := times[ref]
			return t.created, t.modified, ok
		},
		Marks: func(ref datapackage.Ref) []stix.ID { return []stix.ID{g.level[ref].Mark()} },
	})
	if err != nil {
		return err
	}
	w.candidates(g, list)
	return nil
}

// gather finds what is asked for, its parts, and all that they refer to.
func (w *work) gather(ctx context.Context, g *gathering) error {
	var faults entente.Errors
	for _, ref := range w.r.Records {
		if _, ok := g.rows[ref]; !ok {
			faults = append(faults, w.n.unpublished(ctx, ref))
			continue
		}
		g.role[ref] = Asked
	}
	if faults != nil {
		return faults
	}
	for _, p := range parts {
		if w.r.Only {
			break
		}
		column := slices.IndexFunc(datapackage.Columns(p.table), func(s datapackage.Spec) bool { return s.Name == p.column })
		for _, ref := range g.order {
			if ref.Table != p.table || g.role[ref] != "" {
				continue
			}
			of := datapackage.Ref{Table: p.of, ID: g.rows[ref].Cells[column]}
			if r := g.role[of]; r == Asked || r == Part {
				g.role[ref], g.reason[ref] = Part, p.words+" "+of.Table+":"+of.ID
			}
		}
	}
	var todo []datapackage.Ref
	for _, ref := range g.order {
		if g.role[ref] != "" {
			todo = append(todo, ref)
		}
	}
	for len(todo) > 0 {
		ref := todo[0]
		todo = todo[1:]
		for _, to := range g.rows[ref].Refs() {
			if _, ok := g.rows[to]; ok && g.role[to] == "" {
				g.role[to], g.reason[to] = Needed, ref.Table+":"+ref.ID+" refers to it"
				todo = append(todo, to)
			}
		}
	}
	return nil
}

// unpublished tells why a record is not in the published corpus.
func (n *Node) unpublished(ctx context.Context, ref datapackage.Ref) error {
	k := store.Key{Kind: ref.Table, ID: ref.ID}
	e := &entente.Error{Kind: entente.NotFound, Op: "share", Place: k.String(), Msg: "there is no such record", Hint: "entente search finds records"}
	if v, err := n.Store.Get(ctx, k); err == nil && v.Layer == "" {
		e.Msg, e.Hint = fmt.Sprintf("the record is not published: it is %s", v.State), "only what is published is shared; publish it first"
	}
	return e
}

// levels decides under which level each record goes.
func (w *work) levels(ctx context.Context, g *gathering) error {
	var keys []store.Key
	for _, ref := range g.order {
		if g.role[ref] != "" {
			keys = append(keys, store.Key{Kind: ref.Table, ID: ref.ID})
		}
	}
	foreign, err := w.n.Inbox.Sources(ctx, keys)
	if err != nil {
		return err
	}
	for _, k := range keys {
		ref := datapackage.Ref{Table: k.Kind, ID: k.ID}
		level := w.r.Level
		if g.role[ref] == Needed && (ref.Table == "actors" || ref.Table == "propositions") {
			level = w.r.Words
		}
		for _, s := range foreign[k] {
			w.foreign(k.String(), s)
			level = max(level, s.Level)
		}
		g.level[ref] = level
	}
	return nil
}

// foreign refuses a record with something of a partner's in it that may not be
// passed on: what is made of a partner's object is no freer than the object. CLEAR
// may go anywhere; GREEN stays within the community of who sent it.
func (w *work) foreign(record string, s inbox.Source) {
	switch {
	case s.Level == handling.Clear:
		return
	case s.Level == handling.Green && w.inEveryCircle(s.Partner):
		return
	}
	w.plan.refuse(record, fmt.Sprintf("it holds something that %s sent as %s (%s), which is not ours to pass on here", s.Partner, s.Level, s.Object),
		"ask "+s.Partner+" to share it, or record it from a source of your own under another id")
}

// inEveryCircle reports whether a partner is in each community that the collection
// serves.
func (w *work) inEveryCircle(id string) bool {
	c, ok := w.state.Collection(w.plan.Collection.ID)
	if !ok || len(c.Communities) == 0 {
		return false
	}
	for _, name := range c.Communities {
		k := slices.IndexFunc(w.state.Settings.Communities, func(x handling.Community) bool { return x.ID == name })
		if k < 0 || !slices.ContainsFunc(w.state.Settings.Communities[k].Members, func(m handling.Member) bool { return m.Partner == id }) {
			return false
		}
	}
	return true
}

// span is when a record was first published and last changed.
type span struct{ created, modified time.Time }

// times reads from the history of the store when records were first published and
// when what is published now was, so that an edited record makes a new version of
// its object.
func (n *Node) times(ctx context.Context, want map[datapackage.Ref]Role) (map[datapackage.Ref]span, error) {
	out := map[datapackage.Ref]span{}
	for ref := range want {
		history, err := n.Store.History(ctx, store.Key{Kind: ref.Table, ID: ref.ID})
		if err != nil {
			return nil, err
		}
		var t span
		for i := range history { // the latest first
			v := &history[i]
			if v.State != store.Published || v.Layer != "" {
				continue
			}
			t.created = v.Commit.At
			if t.modified.IsZero() {
				t.modified = v.Commit.At
			}
		}
		out[ref] = t
	}
	return out, nil
}

// publicRows are the records of the corpus that comes with the program, which
// everybody can read.
var publicRows = sync.OnceValue(func() map[datapackage.Ref]datapackage.Row {
	out := map[datapackage.Ref]datapackage.Row{}
	c, err := datapackage.Read(corpora.CyberNorms())
	if err != nil {
		return out // then nothing counts as public
	}
	for _, r := range datapackage.RowsOf(&c.Records) {
		out[datapackage.Ref{Table: r.Table, ID: r.ID()}] = r
	}
	return out
})

// known reports whether a record stands just so in the corpus that comes with the
// program: then its content is no secret, only what refers to it can be.
func (w *work) known(r datapackage.Row) bool {
	public, ok := publicRows()[datapackage.Ref{Table: r.Table, ID: r.ID()}]
	return ok && slices.Equal(public.Cells, r.Cells)
}

// candidates takes the objects in, each with what it stands for.
func (w *work) candidates(g *gathering, list []*stix.Object) {
	made := map[stix.ID]*candidate{}
	for _, o := range list {
		c := &candidate{o: o, role: Needed}
		if mapping.IsDefinition(o.ID()) {
			c.role = Definition
			w.list = append(w.list, c)
			continue
		}
		if in := mapping.Import([]*stix.Object{o}, ""); len(in.Rows) > 0 {
			ref := datapackage.Ref{Table: in.Rows[0].Table, ID: in.Rows[0].ID()}
			c.level = g.level[ref]
			c.record, c.role, c.reason = ref.Table+":"+ref.ID, g.role[ref], g.reason[ref]
			c.public = c.role == Needed && w.known(g.rows[ref])
			made[o.ID()] = c
		}
		w.list = append(w.list, c)
	}
	w.following(made)
	order := map[Role]int{Definition: 0, Needed: 1, Part: 2, Asked: 3}
	slices.SortStableFunc(w.list, func(a, b *candidate) int { return cmp.Compare(order[a.role], order[b.role]) })
}

// following tells of the objects that follow from a record, such as the place of a
// state, from which: they go as it goes.
func (w *work) following(made map[stix.ID]*candidate) {
	names := map[stix.ID][]stix.ID{} // by which objects one is named
	for _, c := range w.list {
		for _, to := range about(c.o) {
			names[to] = append(names[to], c.o.ID())
		}
	}
	var late []*candidate
	attach := func(c *candidate, near []stix.ID) bool {
		for _, id := range near {
			if of := made[id]; of != nil {
				c.reason, c.public = "goes with "+of.record, of.public
				if of.record == "" {
					c.reason = of.reason
				}
				if of.role != Needed {
					c.role = Part
				}
				made[c.o.ID()] = c
				return true
			}
		}
		return false
	}
	for _, c := range w.list {
		if c.role == Definition || c.record != "" {
			continue
		}
		for _, t := range handling.Levels {
			if slices.Contains(c.o.Marks(), t.Mark()) {
				c.level = t
			}
		}
		if !attach(c, about(c.o)) {
			late = append(late, c)
		}
	}
	for _, c := range late { // a place names nothing; what says that something lies there does
		if !attach(c, names[c.o.ID()]) {
			c.reason = "goes with the records"
		}
	}
}

// about gives what an object names beside its maker.
func about(o *stix.Object) []stix.ID {
	return slices.DeleteFunc(o.Links(), func(id stix.ID) bool { return id == o.CreatedBy() })
}
