package inbox

import (
	"context"
	"fmt"
	"strings"
	"time"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/stix"
	"entente/internal/store"
)

// State is what has become of something that came in.
type State string

// The states.
const (
	// New waits for somebody to decide.
	New State = "new"
	// Accepted has become a record, or is kept as a report of the partner's.
	Accepted State = "accepted"
	// Merged has given some of its columns to the record that is here.
	Merged State = "merged"
	// Rejected was looked at and not wanted.
	Rejected State = "rejected"
	// Superseded needs no decision any more: its owner has sent a newer version, or
	// has withdrawn it before anybody decided.
	Superseded State = "superseded"
	// Aside is what nobody has to decide on: definitions, which only travel with
	// others, and records that stand here just so.
	Aside State = "aside"
)

// States lists the states in their order.
var States = []State{New, Accepted, Merged, Rejected, Superseded, Aside}

// Inbox keeps what came from partners apart from the records until somebody has
// decided. It is safe for concurrent use, by several processes too.
type Inbox struct {
	st  *store.Store
	now func() time.Time
}

// Open gives the inbox of a store. now is the clock; nil is the system's.
func Open(st *store.Store, now func() time.Time) (*Inbox, error) {
	if st == nil {
		return nil, &entente.Error{Kind: entente.Internal, Op: "open the inbox", Msg: "there is no store"}
	}
	if now == nil {
		now = time.Now
	}
	return &Inbox{st, now}, nil
}

// Item is one version of an object that came from a partner.
type Item struct {
	N          int64        `json:"n"`
	Partner    string       `json:"partner"`
	Collection string       `json:"collection"`
	Object     stix.ID      `json:"object"`
	Version    string       `json:"version"` // as it came, empty for what has none
	Type       string       `json:"type"`
	Level      handling.TLP `json:"level"`
	Revoked    bool         `json:"revoked,omitempty"`
	At         time.Time    `json:"at"` // when it arrived
	State      State        `json:"state"`
	Who        string       `json:"who,omitempty"` // who decided
	Decided    time.Time    `json:"decided,omitzero"`
	Note       string       `json:"note,omitempty"` // why it was decided so
	// Record is the record that the object carries, such as "statements:est-1";
	// empty for an object that carries none.
	Record string `json:"record,omitempty"`
	// Withdrawn says that its owner has since withdrawn the object.
	Withdrawn bool `json:"withdrawn,omitempty"`
	// Leaf is the leaf of this node's log that records the arrival.
	Leaf int64 `json:"leaf"`
	// Receipted is when the partner took our receipt for it; zero when it is owed.
	Receipted time.Time `json:"receipted,omitzero"`

	body []byte
}

// Body reads the object. Only [Inbox.Get] and [Inbox.Owed] bring it.
func (i *Item) Body() (*stix.Object, error) {
	o, faults := stix.Parse(i.body, stix.DefaultLimits)
	if o == nil || len(stix.Refusals(faults)) > 0 {
		return nil, &entente.Error{
			Kind: entente.Internal, Op: "read the inbox", Place: string(i.Object), Msg: "the object that is kept is not sound",
			Hint: "entente check --db looks through the whole store",
		}
	}
	return o, nil
}

// Ask selects items. Empty fields select all.
type Ask struct {
	Partner string
	States  []State
	Object  stix.ID
	Type    string
	Record  string
	Before  int64 // only items before this number; 0: from the latest
	Limit   int   // 1 to MaxList; 0: MaxList
}

// MaxList bounds the items of one answer.
const MaxList = 1000

const columns = `i.n, i.partner, i.collection, i.object, i.version, i.type, i.level, i.revoked, i.at, i.state, i.who, i.decided, i.note, i.record, i.leaf, i.receipted,
 CASE WHEN i.revoked = 0 AND EXISTS (SELECT 1 FROM exchange_inbox r WHERE r.partner = i.partner AND r.object = i.object AND r.revoked = 1) THEN 1 ELSE 0 END`

// List gives items, the latest first.
func (b *Inbox) List(ctx context.Context, ask Ask) ([]Item, error) {
	if ask.Limit == 0 {
		ask.Limit = MaxList
	}
	if ask.Limit < 0 || ask.Limit > MaxList {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "list the inbox", Msg: fmt.Sprintf("a list has 1 to %d items", MaxList)}
	}
	var out []Item
	err := b.st.Read(ctx, func(ctx context.Context, q store.Querier) error {
		var err error
		out, err = find(ctx, q, ask, false)
		return err
	})
	return out, err
}

// find runs the query of an [Ask].
func find(ctx context.Context, q store.Querier, ask Ask, bodies bool) ([]Item, error) {
	var c clauses
	c.equal("i.partner", ask.Partner)
	c.equal("i.object", string(ask.Object))
	c.equal("i.type", ask.Type)
	c.equal("i.record", ask.Record)
	if ask.Record != "" {
		c.where = append(c.where, "i.record <> ''") // lets the partial index be used
	}
	if len(ask.States) > 0 {
		c.in("i.state", len(ask.States), func(n int) any { return string(ask.States[n]) })
	}
	if ask.Before > 0 {
		c.where = append(c.where, "i.n < "+c.arg(ask.Before))
	}
	return c.items(ctx, q, "ORDER BY i.n DESC LIMIT "+c.arg(int64(ask.Limit)), bodies)
}

// clauses gather the conditions of a query and their values.
type clauses struct {
	where []string
	args  []any
}

func (c *clauses) arg(v any) string {
	c.args = append(c.args, v)
	return fmt.Sprintf("$%d", len(c.args))
}

func (c *clauses) equal(column, value string) {
	if value != "" {
		c.where = append(c.where, column+" = "+c.arg(value))
	}
}

func (c *clauses) in(column string, n int, value func(int) any) {
	list := make([]string, n)
	for i := range n {
		list[i] = c.arg(value(i))
	}
	c.where = append(c.where, column+" IN ("+strings.Join(list, ", ")+")")
}

func (c *clauses) items(ctx context.Context, q store.Querier, tail string, bodies bool) (out []Item, err error) {
	query := "SELECT " + columns
	if bodies {
		query += ", i.body"
	}
	query += " FROM exchange_inbox i"
	if len(c.where) > 0 {
		query += " WHERE " + strings.Join(c.where, " AND ")
	}
	rows, err := q.QueryContext(ctx, query+" "+tail, c.args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // only read
	for rows.Next() {
		var i Item
		var level, revoked, at, decided, receipted, withdrawn int64
		into := []any{
			&i.N, &i.Partner, &i.Collection, &i.Object, &i.Version, &i.Type, &level, &revoked, &at, &i.State, &i.Who, &decided, &i.Note, &i.Record,
			&i.Leaf, &receipted, &withdrawn,
		}
		if bodies {
			into = append(into, &i.body)
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		i.Level, i.Revoked, i.Withdrawn = levelOf(level), revoked != 0, withdrawn != 0
		i.At, i.Decided, i.Receipted = instant(at), instant(decided), instant(receipted)
		out = append(out, i)
	}
	return out, rows.Err()
}

// levelOf reads a stored level; what is no level is RED.
func levelOf(n int64) handling.TLP {
	if n < int64(handling.Clear) || n > int64(handling.Red) {
		return handling.Red
	}
	return handling.TLP(n) //nolint:gosec // between CLEAR and RED
}

func instant(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// Maker is in whose name the object was made (created_by_ref), as its text says it;
// empty for nobody's, and for an item from a list, which comes without the text. A
// partner may hand on what others made: whether the maker is the partner itself, the
// settings tell.
func (i *Item) Maker() stix.ID {
	if len(i.body) == 0 {
		return ""
	}
	o, err := i.Body()
	if err != nil {
		return ""
	}
	return o.CreatedBy()
}

// Get gives one item with its body. Errors: NotFound.
func (b *Inbox) Get(ctx context.Context, n int64) (*Item, error) {
	list, err := b.get(ctx, []int64{n})
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

// get gives the items with their bodies, in the order of ns, each once.
func (b *Inbox) get(ctx context.Context, ns []int64) (out []Item, err error) {
	err = b.st.Read(ctx, func(ctx context.Context, q store.Querier) error {
		out, err = fetch(ctx, q, ns)
		return err
	})
	return out, err
}

func fetch(ctx context.Context, q store.Querier, ns []int64) ([]Item, error) {
	found := map[int64]Item{}
	for part := range chunks(ns, lookup) {
		var c clauses
		c.in("i.n", len(part), func(k int) any { return part[k] })
		list, err := c.items(ctx, q, "", true)
		if err != nil {
			return nil, err
		}
		for _, i := range list {
			found[i.N] = i
		}
	}
	var out []Item
	for _, n := range ns {
		i, ok := found[n]
		if !ok {
			return nil, &entente.Error{Kind: entente.NotFound, Op: "read the inbox", Msg: fmt.Sprintf("there is no item %d", n), Hint: "entente inbox lists them"}
		}
		if i.Object != "" { // not twice
			out = append(out, i)
			found[n] = Item{N: n}
		}
	}
	return out, nil
}

// Count is how many items of a partner are in a state.
type Count struct {
	Partner string `json:"partner"`
	State   State  `json:"state"`
	Count   int    `json:"count"`
	// Withdrawals are those among them that take back what was accepted here.
	Withdrawals int `json:"withdrawals,omitempty"`
}

// Counts tells how many items there are, by partner and state.
func (b *Inbox) Counts(ctx context.Context) ([]Count, error) {
	var out []Count
	err := b.st.Read(ctx, func(ctx context.Context, q store.Querier) error {
		out = nil
		rows, err := q.QueryContext(ctx, "SELECT partner, state, COUNT(*), SUM(revoked) FROM exchange_inbox GROUP BY partner, state ORDER BY partner, state")
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }() // only read
		for rows.Next() {
			var c Count
			if err := rows.Scan(&c.Partner, &c.State, &c.Count, &c.Withdrawals); err != nil {
				return err
			}
			if c.State != New {
				c.Withdrawals = 0
			}
			out = append(out, c)
		}
		return rows.Err()
	})
	return out, err
}
