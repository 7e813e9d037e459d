package inbox

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/stix/mapping"
	"entente/internal/store"
)

// Merge takes some columns of an item over into the record that is here, and
// leaves its other columns as they are. The record's latest version is built on,
// whoever is working on it.
//
// Errors: NotFound when the record is not here; Invalid for a column that the
// table does not have, that is part of the key, or when nothing would change;
// otherwise as [Inbox.Accept].
func (b *Inbox) Merge(ctx context.Context, how How, n int64, take []string) (*Done, error) {
	fail := func(k entente.Kind, msg, hint string) (*Done, error) {
		return nil, &entente.Error{Kind: k, Op: "merge", Place: fmt.Sprintf("item %d", n), Msg: msg, Hint: hint}
	}
	if err := how.check("merge"); err != nil {
		return nil, err
	}
	item, err := b.Get(ctx, n)
	if err != nil {
		return nil, err
	}
	if item.State != New {
		return nil, errDecided(1)
	}
	o, err := item.Body()
	if err != nil {
		return nil, err
	}
	framework, err := b.framework(ctx)
	if err != nil {
		return nil, err
	}
	in := mapping.Import([]*stix.Object{o}, framework)
	if len(in.Rows) == 0 {
		return fail(entente.Invalid, "it carries no record that could be merged", "accept or reject it")
	}
	row := in.Rows[0].Row
	latest, public, err := b.standing(ctx, store.Key{Kind: row.Table, ID: row.ID()})
	switch {
	case err != nil:
		return nil, err
	case latest == nil || latest.State == store.Retired:
		return fail(entente.NotFound, item.Record+" is not here, so there is nothing to merge with", "accept it")
	case latest.Layer != "":
		return fail(entente.Conflict, item.Record+" is somebody's private note here", "")
	}
	here, err := store.DecodeRow(row.Table, latest.Body)
	if err != nil {
		return nil, err
	}
	merged, err := takeColumns(here, row, take)
	if err != nil {
		return nil, err
	}
	state := store.InReview
	if how.Publish {
		state = store.Published
		p := Preview{Records: []Proposed{{Item: *item}}}
		if err := p.check(how); err != nil {
			return nil, err
		}
		if public != nil && public.Number != latest.Number && latest.Commit.Via != Via {
			return fail(entente.Conflict, fmt.Sprintf("%s has an edit under way here (version %d, by %s), which would be published too", item.Record, latest.Number, latest.Commit.Who),
				"merge without publishing, and publish after a look")
		}
	}
	p := Preview{Records: []Proposed{{Item: *item}}}
	why := "columns " + strings.Join(take, ", ") + " taken over; " + p.why(how)
	done := &Done{Written: []string{item.Record}}
	if done.Commit, err = b.st.Save(ctx, store.Reason{Who: how.Who, Why: why, Via: Via}, store.RowChange(merged, latest.Number, state)); err != nil {
		return nil, err
	}
	note := "columns " + strings.Join(take, ", ")
	if how.Why != "" {
		note += "; " + how.Why
	}
	return done, b.st.Write(ctx, func(ctx context.Context, q store.Querier) error {
		return decide(ctx, q, []int64{n}, Merged, how.Who, b.now(), note)
	})
}

// takeColumns gives the row that is here with some cells of the other.
func takeColumns(here, from datapackage.Row, take []string) (datapackage.Row, error) {
	fail := func(msg, hint string) (datapackage.Row, error) {
		return datapackage.Row{}, &entente.Error{Kind: entente.Invalid, Op: "merge", Msg: msg, Hint: hint}
	}
	specs := datapackage.Columns(here.Table)
	out := datapackage.Row{Table: here.Table, Cells: slices.Clone(here.Cells)}
	for _, name := range take {
		i := slices.IndexFunc(specs, func(s datapackage.Spec) bool { return s.Name == name })
		switch {
		case i < 0:
			return fail(fmt.Sprintf("the table %s has no column %q", here.Table, name), "")
		case specs[i].Key:
			return fail(fmt.Sprintf("the column %q names the record and stays", name), "")
		}
		out.Cells[i] = from.Cells[i]
	}
	if slices.Equal(out.Cells, here.Cells) {
		return fail("nothing would change", "name columns that differ: entente inbox show lists them")
	}
	return out, nil
}

// Source is where something in a record came from.
type Source struct {
	Partner string       `json:"partner"`
	Object  stix.ID      `json:"object"`
	Version string       `json:"version"`
	Level   handling.TLP `json:"level"`
}

// Sources tells which partners' objects have become part of records here. Whoever
// shares such a record must handle it as its sources are handled.
func (b *Inbox) Sources(ctx context.Context, keys []store.Key) (map[store.Key][]Source, error) {
	out := map[store.Key][]Source{}
	err := b.st.Read(ctx, func(ctx context.Context, q store.Querier) error {
		clear(out)
		for part := range chunks(keys, lookup) {
			byName := map[string]store.Key{}
			for _, k := range part {
				byName[k.String()] = k
			}
			var c clauses
			c.where = append(c.where, "i.record <> ''") // lets the partial index be used
			c.in("i.record", len(part), func(k int) any { return part[k].String() })
			c.in("i.state", 2, func(k int) any { return string([]State{Accepted, Merged}[k]) })
			list, err := c.items(ctx, q, "ORDER BY i.n", false)
			if err != nil {
				return err
			}
			for _, i := range list {
				k := byName[i.Record]
				out[k] = append(out[k], Source{i.Partner, i.Object, i.Version, i.Level})
			}
		}
		return nil
	})
	return out, err
}

// Reports gives the objects without a record that were accepted, the latest
// first: what partners report, beside one's own records. Only the newest version
// of each object of a partner is given, and none that is withdrawn. before and
// limit are those of [Ask].
func (b *Inbox) Reports(ctx context.Context, partner string, before int64, limit int) ([]Item, error) {
	if limit <= 0 || limit > MaxList {
		limit = MaxList
	}
	var out []Item
	err := b.st.Read(ctx, func(ctx context.Context, q store.Querier) error {
		var c clauses
		c.equal("i.partner", partner)
		c.equal("i.state", string(Accepted))
		c.where = append(c.where, "i.record = ''", "i.revoked = 0",
			"NOT EXISTS (SELECT 1 FROM exchange_inbox r WHERE r.partner = i.partner AND r.object = i.object AND (r.revoked = 1 OR r.state = i.state AND r.version_key > i.version_key))")
		if before > 0 {
			c.where = append(c.where, "i.n < "+c.arg(before))
		}
		var err error
		out, err = c.items(ctx, q, "ORDER BY i.n DESC LIMIT "+c.arg(int64(limit)), true)
		return err
	})
	return out, err
}
