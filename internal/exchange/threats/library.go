package threats

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/stix/threat"
	"entente/internal/store"
)

// Library gives what the threat reports of a store say. What was read is kept
// until something was imported or accepted. It is safe for concurrent use.
type Library struct {
	st   *store.Store
	mu   sync.Mutex
	kept map[handling.TLP]*Holdings

	// What was found when the store was last asked for changes.
	looking sync.Mutex
	found   findings
	again   time.Time // when it is asked again
}

// findings is what tells whether something has changed.
type findings struct {
	imports []Import
	stamp   string
}

// patience is how many times longer than the last look the next one waits: a store
// with a large inbox is not searched for every reader of a page.
const patience = 20

// look asks the store whether something has changed.
func (l *Library) look(ctx context.Context) (findings, error) {
	l.looking.Lock()
	defer l.looking.Unlock()
	start := time.Now()
	if start.Before(l.again) {
		return l.found, nil
	}
	imports, err := List(ctx, l.st)
	if err != nil {
		return findings{}, err
	}
	accepted, err := acceptedStamp(ctx, l.st)
	if err != nil {
		return findings{}, err
	}
	l.found = findings{imports, accepted + stampOf(imports)}
	end := time.Now()
	if took := end.Sub(start); took > quick {
		l.again = end.Add(patience * took)
	}
	return l.found, nil
}

// quick is a look that costs nothing worth saving.
const quick = 250 * time.Millisecond

// Open makes the library of a store; nil is that of nothing, for a corpus that is
// in no store.
func Open(st *store.Store) *Library { return &Library{st: st, kept: map[handling.TLP]*Holdings{}} }

// Holdings is all that may be shown up to a level. It never changes.
type Holdings struct {
	Base *threat.Base
	// Imports are the collections, by name.
	Imports []Import
	// Hidden counts the parts that are handled more strictly than the level and
	// are therefore left out.
	Hidden int
	// Received counts the attackers that partners sent and somebody accepted.
	Received int
	// Stamp changes whenever the holdings do.
	Stamp string
}

// Empty reports whether there is nothing at all.
func (h *Holdings) Empty() bool { return len(h.Imports) == 0 && h.Received == 0 && h.Hidden == 0 }

// At gives what is there up to a level; CLEAR is what anybody may see.
func (l *Library) At(ctx context.Context, upTo handling.TLP) (*Holdings, error) {
	if l == nil || l.st == nil {
		return &Holdings{Base: threat.New(), Imports: []Import{}, Stamp: "none"}, nil
	}
	found, err := l.look(ctx)
	if err != nil {
		return nil, err
	}
	imports, stamp := found.imports, found.stamp
	l.mu.Lock() // of many callers one reads the files
	defer l.mu.Unlock()
	if h := l.kept[upTo]; h != nil && h.Stamp == stamp {
		return h, nil
	}
	h := &Holdings{Base: threat.New(), Imports: imports, Stamp: stamp}
	for _, im := range imports {
		packed, _, err := l.st.Blob(ctx, im.Blob)
		if err != nil {
			return nil, err
		}
		data, err := unpack(im.Name, packed)
		if err != nil {
			return nil, err
		}
		c, err := fill(h.Base, im.Name, im.Format, data, im.Level, upTo)
		if err != nil {
			return nil, err
		}
		h.Hidden += c.hidden
	}
	if err := h.accepted(ctx, l.st, upTo); err != nil {
		return nil, err
	}
	l.kept[upTo] = h
	return h, nil
}

// stampOf changes with every import.
func stampOf(imports []Import) string {
	var b strings.Builder
	for _, im := range imports {
		fmt.Fprintf(&b, "|%s@%d", im.Blob, im.At.UnixMicro())
	}
	return b.String()
}

// decided is the condition that selects what somebody accepted and its owner has
// not withdrawn since.
const decided = "i.state IN ('accepted', 'merged') AND NOT EXISTS (SELECT 1 FROM exchange_inbox r WHERE r.partner = i.partner AND r.object = i.object AND r.revoked = 1)"

// acceptedStamp changes when something was accepted, or no longer is.
func acceptedStamp(ctx context.Context, st *store.Store) (string, error) {
	var n, when, levels int64
	err := st.Read(ctx, func(ctx context.Context, q store.Querier) error {
		return q.QueryRowContext(ctx, "SELECT COUNT(*), CAST(COALESCE(SUM(decided % 1000003), 0) AS BIGINT), CAST(COALESCE(SUM(level), 0) AS BIGINT) FROM exchange_inbox i WHERE "+decided).Scan(&n, &when, &levels)
	})
	return fmt.Sprintf("%d@%d/%d", n, when, levels), err
}

// accepted adds what partners sent and somebody accepted: each partner's as a
// collection of its own, called after it.
func (h *Holdings) accepted(ctx context.Context, st *store.Store, upTo handling.TLP) error {
	type row struct {
		partner string
		level   int64
		body    []byte
	}
	var rows []row
	in := "'" + strings.Join(wanted[:len(wanted)-1], "', '") + "'"
	err := st.Read(ctx, func(ctx context.Context, q store.Querier) (err error) {
		rows = rows[:0]
		r, err := q.QueryContext(ctx, "SELECT partner, level, body FROM exchange_inbox i WHERE "+decided+" AND i.type IN ("+in+") ORDER BY i.partner, i.n")
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, r.Close()) }()
		for r.Next() {
			var x row
			if err := r.Scan(&x.partner, &x.level, &x.body); err != nil {
				return err
			}
			rows = append(rows, x)
		}
		return r.Err()
	})
	if err != nil {
		return err
	}
	for len(rows) > 0 {
		partner := rows[0].partner
		end := slices.IndexFunc(rows, func(x row) bool { return x.partner != partner })
		if end < 0 {
			end = len(rows)
		}
		var list []*stix.Object
		levels := map[*stix.Object]int64{}
		for _, x := range rows[:end] {
			if o, err := stix.Read(x.body); err == nil { // it was sound when it came; one that is not says nothing
				list, levels[o] = append(list, o), x.level
			}
		}
		list = slices.DeleteFunc(stix.Latest(list), func(o *stix.Object) bool { // the newest version decides
			if l := levels[o]; l < int64(handling.Clear) || l > int64(upTo) {
				h.Hidden++
				return true
			}
			if slices.Contains(attackers, o.Type()) {
				h.Received++
			}
			return false
		})
		h.Base.AddSTIX("from "+partner, list)
		rows = rows[end:]
	}
	return nil
}
