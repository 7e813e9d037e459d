package inbox

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/stix/mapping"
	"entente/internal/store"
)

// Arrival is one version of an object that came from a partner.
type Arrival struct {
	Object *stix.Object
	// Level is the effective handling level; what is not known is kept as RED.
	Level handling.TLP
	// Leaf is the leaf of this node's log that records the arrival.
	Leaf int64
}

const (
	lookup = 500 // values of one IN list
	batch  = 12  // rows of one INSERT
)

// chunks cuts a list into parts of at most n.
func chunks[T any](list []T, n int) iter.Seq[[]T] { return slices.Chunk(list, n) }

// version names one version of an object.
type version struct {
	id  stix.ID
	key string
}

func versionOf(o *stix.Object) version { return version{o.ID(), o.VersionTime().Key()} }

// known is what is kept of an earlier version.
type known struct {
	n       int64
	key     string
	state   State
	revoked bool
}

// Fresh gives those objects, each version once, that have not come from the
// partner before: only they get a leaf in the log.
func (b *Inbox) Fresh(ctx context.Context, q store.Querier, partner string, list []*stix.Object) ([]*stix.Object, error) {
	kept, err := keptOf(ctx, q, partner, list)
	if err != nil {
		return nil, err
	}
	seen := map[version]bool{}
	var out []*stix.Object
	for _, o := range list {
		v := versionOf(o)
		if seen[v] || slices.ContainsFunc(kept[v.id], func(k known) bool { return k.key == v.key }) {
			continue
		}
		seen[v] = true
		out = append(out, o)
	}
	return out, nil
}

// keptOf finds the versions that the partner has sent before of the objects.
func keptOf(ctx context.Context, q store.Querier, partner string, list []*stix.Object) (map[stix.ID][]known, error) {
	out := map[stix.ID][]known{}
	var ids []stix.ID
	for _, o := range list {
		if _, twice := out[o.ID()]; !twice {
			out[o.ID()] = nil
			ids = append(ids, o.ID())
		}
	}
	for part := range chunks(ids, lookup) {
		var c clauses
		c.equal("partner", partner)
		c.in("object", len(part), func(k int) any { return string(part[k]) })
		rows, err := q.QueryContext(ctx, "SELECT object, n, version_key, state, revoked FROM exchange_inbox WHERE "+strings.Join(c.where, " AND ")+" ORDER BY n", c.args...)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var id stix.ID
			var k known
			var revoked int64
			if err := rows.Scan(&id, &k.n, &k.key, &k.state, &revoked); err != nil {
				_ = rows.Close()
				return nil, err
			}
			k.revoked = revoked != 0
			out[id] = append(out[id], k)
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Receive keeps what came from a partner, as part of the caller's transaction,
// and tells how many versions were new. A version that came before changes
// nothing. Nothing of it becomes a record: see [Inbox.Accept].
//
// Versions may come in any order. Of each object only the newest version waits
// for a decision; see [Superseded].
func (b *Inbox) Receive(ctx context.Context, q store.Querier, partner, collection string, list []Arrival) (int, error) {
	objects := make([]*stix.Object, len(list))
	for i := range list {
		objects[i] = list[i].Object
	}
	kept, err := keptOf(ctx, q, partner, objects)
	if err != nil {
		return 0, err
	}
	r := receiving{partner: partner, collection: collection, at: b.now().UTC().UnixMicro(), kept: kept, carried: carriedBy(objects)}
	if r.same, err = b.same(ctx, r.carried); err != nil {
		return 0, err
	}
	// Whoever appends to the log holds this row until the commit: two arrivals at
	// once get different numbers. A store without a log has one process only.
	if _, err := q.ExecContext(ctx, "UPDATE ledger_head SET one = one WHERE one = 1"); err != nil {
		return 0, err
	}
	if err := q.QueryRowContext(ctx, "SELECT COALESCE(MAX(n), 0) FROM exchange_inbox").Scan(&r.n); err != nil {
		return 0, err
	}
	for _, a := range list {
		r.add(a)
	}
	return len(r.rows), r.write(ctx, q)
}

// receiving gathers what one call of Receive writes.
type receiving struct {
	partner, collection string
	at, n               int64
	kept                map[stix.ID][]known
	carried             *carried
	same                map[version]bool // what stands here just so
	rows                [][]any
	older               []int64 // items that need no decision any more
	withdrawn           []int64 // items whose owner has taken them back
}

// The places of columns that a later arrival of the same call changes.
const (
	columnN     = 0
	columnState = 10
	columnNote  = 13
)

// The reasons for which an item needs no decision.
const (
	noteNewer     = "its owner has sent a newer version"
	noteWithdrawn = "its owner withdrew it before anybody decided"
	noteForGood   = "its owner has withdrawn the object for good"
	noteAside     = "a definition, which only travels with others"
	noteSame      = "the same stands here already"
	noteFollows   = "it follows from a record, which goes its own way"
)

// add notes one arrival.
func (r *receiving) add(a Arrival) {
	o := a.Object
	id, key := o.ID(), o.VersionTime().Key()
	before := r.kept[id]
	for _, k := range before {
		if k.key == key {
			return
		}
	}
	state, note := r.judge(o, key, before)
	r.n++
	r.kept[id] = append(before, known{r.n, key, state, o.Revoked()})
	r.rows = append(r.rows, []any{
		r.n, r.partner, r.collection, string(id), key, o.VersionTime().String(), o.Type(), int64(levelOf(int64(a.Level))), flag(o.Revoked()), r.at,
		string(state), "", int64(0), note, r.carried.record(o), a.Leaf, "", int64(0), o.Raw(),
	})
}

// judge tells in which state an arrival begins, and what becomes of earlier ones.
func (r *receiving) judge(o *stix.Object, key string, before []known) (State, string) {
	if mapping.IsDefinition(o.ID()) || o.Type() == "marking-definition" || o.Type() == "extension-definition" {
		return Aside, noteAside
	}
	if r.carried.follows[o.ID()] {
		return Aside, noteFollows
	}
	newer, withdrawn, used := false, false, false
	for _, k := range before {
		newer = newer || k.key > key
		withdrawn = withdrawn || k.revoked
		used = used || k.state == Accepted || k.state == Merged
	}
	switch {
	case withdrawn:
		return Superseded, noteForGood
	case o.Revoked():
		// A revocation covers all versions, whatever their time.
		r.leave(o.ID(), before, &r.withdrawn, noteWithdrawn)
		if used {
			return New, ""
		}
		return Superseded, noteWithdrawn
	case newer:
		return Superseded, noteNewer
	}
	r.leave(o.ID(), before, &r.older, noteNewer)
	if r.same[versionOf(o)] {
		return Aside, noteSame
	}
	return New, ""
}

// leave marks the earlier versions that wait as in no need of a decision.
func (r *receiving) leave(id stix.ID, before []known, list *[]int64, note string) {
	for i, k := range before {
		if k.state != New {
			continue
		}
		before[i].state = Superseded
		if at := slices.IndexFunc(r.rows, func(row []any) bool { return row[columnN] == k.n }); at >= 0 {
			r.rows[at][columnState], r.rows[at][columnNote] = string(Superseded), note
			continue
		}
		*list = append(*list, k.n)
	}
	r.kept[id] = before
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func (r *receiving) write(ctx context.Context, q store.Querier) error {
	for part := range chunks(r.rows, batch) {
		var c clauses
		values := make([]string, len(part))
		for i, row := range part {
			marks := make([]string, len(row))
			for k, v := range row {
				marks[k] = c.arg(v)
			}
			values[i] = "(" + strings.Join(marks, ", ") + ")"
		}
		_, err := q.ExecContext(ctx, `INSERT INTO exchange_inbox (n, partner, collection, object, version_key, version, type, level, revoked, at,
 state, who, decided, note, record, leaf, receipt, receipted, body) VALUES `+strings.Join(values, ", "), c.args...)
		if err != nil {
			return err
		}
	}
	for _, x := range []struct {
		list []int64
		note string
	}{{r.older, noteNewer}, {r.withdrawn, noteWithdrawn}} {
		if err := decide(ctx, q, x.list, Superseded, "", time.UnixMicro(r.at), x.note); err != nil {
			return err
		}
	}
	return nil
}

// decide sets the state of items that still wait. It errs when one does not.
func decide(ctx context.Context, q store.Querier, ns []int64, state State, who string, at time.Time, note string) error {
	for part := range chunks(ns, lookup) {
		var c clauses
		set := fmt.Sprintf("state = %s, who = %s, decided = %s, note = %s", c.arg(string(state)), c.arg(who), c.arg(at.UnixMicro()), c.arg(note))
		c.in("n", len(part), func(k int) any { return part[k] })
		c.equal("state", string(New))
		res, err := q.ExecContext(ctx, "UPDATE exchange_inbox SET "+set+" WHERE "+strings.Join(c.where, " AND "), c.args...)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil {
			return err
		} else if n != int64(len(part)) {
			return errDecided(len(part) - int(n))
		}
	}
	return nil
}
