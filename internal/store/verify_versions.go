package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"hash/maphash"
	"slices"

	"entente/internal/datapackage"
)

// record is one record on its way through a deep check: its versions come in
// their order.
type record struct {
	key      Key
	version  int64
	live     int64
	n        int64
	layer    string
	liveBody string
	last     *prepared // the latest version
	state    State
	text     string
	head     headRow
}

// headRow is a row of heads that may be missing.
type headRow struct {
	n, version, live         sql.NullInt64
	state, layer, hash, text sql.NullString
}

// published is what is published and what that refers to, by hash: a set of a
// million keys stays small.
type published struct {
	seed maphash.Seed
	live map[uint64]struct{}
	refs map[datapackage.Ref]Key // with one of those that refer to it
}

// versions looks at every version in the order of records, and at each record
// as a whole.
func (v *verifier) versions(ctx context.Context) error {
	var heads int64
	if err := v.q.QueryRowContext(ctx, "SELECT count(*) FROM heads").Scan(&heads); err != nil {
		return err
	}
	rows, err := v.q.QueryContext(ctx, `SELECT v.n, v.kind, v.id, v.version, v.base, v.live, v.seq, v.state, v.layer, v.facets, v.text, v.body,
		h.n, h.version, h.live, h.state, h.layer, h.hash, h.text
		FROM versions v LEFT JOIN heads h ON h.kind = v.kind AND h.id = v.id ORDER BY v.kind, v.id, v.version`)
	if err != nil {
		return err
	}
	pub := &published{seed: maphash.MakeSeed(), live: map[uint64]struct{}{}, refs: map[datapackage.Ref]Key{}}
	var r *record
	end := func() {
		if r == nil {
			return
		}
		v.record(r, pub)
		v.expect(r)
		v.out.Records++
	}
	err = each(rows, func() error {
		var k Key
		var n, version, base, live, seq int64
		var state, layer, facets, text, body string
		var h headRow
		if err := rows.Scan(&n, &k.Kind, &k.ID, &version, &base, &live, &seq, &state, &layer, &facets, &text, &body,
			&h.n, &h.version, &h.live, &h.state, &h.layer, &h.hash, &h.text); err != nil {
			return err
		}
		if r == nil || r.key != k {
			end()
			r = &record{key: k, head: h}
		}
		v.out.Versions++
		switch {
		case version != r.version+1 || base != r.version:
			v.fault(k.String(), "version %d, made from %d, follows version %d", version, base, r.version)
		case n <= r.n:
			v.fault(k.String(), "version %d was written before version %d", version, r.version)
		case layer != "" && live != 0:
			v.fault(k.String(), "version %d is private, and something of it is public", version)
		case live != nextLive(State(state), n, r.live):
			v.fault(k.String(), "version %d says that number %d is public", version, live)
		case !json.Valid([]byte(body)):
			v.fault(k.String(), "the body of version %d is not JSON", version)
		}
		if live != r.live {
			v.public[seq] = true
		}
		if live == n {
			r.liveBody = body
		}
		if text != "" {
			v.texts[text] = true
		}
		f, err := facetsOf(k.Kind, []byte(body), facets)
		if err != nil {
			v.fault(k.String(), "the facets of version %d cannot be read", version)
		}
		c := &Change{Key: k, State: State(state), Layer: layer, Facets: f}
		r.version, r.live, r.n, r.layer, r.state, r.text = version, live, n, layer, State(state), text
		r.last = &prepared{Change: c, body: []byte(body), facets: facets}
		return v.step()
	})
	if err != nil {
		return err
	}
	end()
	if heads != v.out.Records {
		v.fault("heads", "there are %d latest versions of %d records", heads, v.out.Records)
	}
	v.references(pub)
	return nil
}

// nextLive is what the public sees after a version, given what it saw before.
func nextLive(s State, n, before int64) int64 {
	switch s {
	case Published:
		return n
	case Retired:
		return 0
	}
	return before
}

// record compares a record's latest version with its head, and notes what it
// publishes.
func (v *verifier) record(r *record, pub *published) {
	h := &r.head
	hash := hashOf(r.last.body, r.last.facets)
	switch {
	case !h.n.Valid:
		v.fault(r.key.String(), "it has no latest version")
	case h.n.Int64 != r.n || h.version.Int64 != r.version || h.live.Int64 != r.live || State(h.state.String) != r.state || h.layer.String != r.layer || h.hash.String != hash || h.text.String != r.text:
		v.fault(r.key.String(), "its latest version is not what is kept as that")
	}
	if r.live == 0 {
		return
	}
	v.out.Published++
	pub.live[maphash.Comparable(pub.seed, r.key)] = struct{}{}
	if datapackage.Columns(r.key.Kind) == nil {
		return
	}
	row, err := DecodeRow(r.key.Kind, []byte(r.liveBody))
	if err == nil {
		err = row.Check()
	}
	if err != nil {
		v.fault(r.key.String(), "what is published of it breaks the rules of its table: %v", err)
		return
	}
	for _, to := range row.Refs() {
		if _, known := pub.refs[to]; !known {
			pub.refs[to] = r.key
		}
	}
}

func (v *verifier) references(pub *published) {
	var missing []string
	for to, from := range pub.refs {
		if _, there := pub.live[maphash.Comparable(pub.seed, Key{to.Table, to.ID})]; !there {
			missing = append(missing, from.String()+" refers to "+to.Table+":"+to.ID)
		}
	}
	slices.Sort(missing)
	for _, m := range missing {
		v.fault("published", "%s, which is not published", m)
	}
}
