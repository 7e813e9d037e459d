package node

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strconv"

	"entente"
	"entente/internal/exchange/partner"
	"entente/internal/ledger"
	"entente/internal/store"
)

const (
	sealedPage  = 20
	sealedBytes = 8 << 20 // of one answer; the first envelope always goes
)

// sealedAfter lists the envelopes to people of a partner, behind a leaf. An
// envelope holds nothing that its recipient's key does not open.
func (n *Node) sealedAfter(ctx context.Context, partner string, after int64) (*SealedList, error) {
	out := &SealedList{}
	err := n.Store.Read(ctx, func(ctx context.Context, q store.Querier) error {
		*out = SealedList{Sealed: []SealedItem{}}
		rows, err := q.QueryContext(ctx, fmt.Sprintf("SELECT leaf, body FROM exchange_sealed WHERE way = 'out' AND partner = $1 AND leaf > $2 ORDER BY leaf LIMIT %d", sealedPage+1), partner, after)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }() // its fault shows in Err
		size := 0
		for rows.Next() {
			var leaf int64
			var body []byte
			if err := rows.Scan(&leaf, &body); err != nil {
				return err
			}
			size += len(body)
			if k := len(out.Sealed); k == sealedPage || k > 0 && size > sealedBytes {
				out.More = true
				break
			}
			out.Sealed = append(out.Sealed, SealedItem{Leaf: leaf, Envelope: body})
		}
		return rows.Err()
	})
	return out, err
}

// taken is how far envelopes were taken from a partner.
type taken struct {
	After int64 `json:"after"`
}

// pullSealed takes the envelopes that the partner holds for people here.
func (n *Node) pullSealed(ctx context.Context, r *peer, p *partner.Partner, report *Report) error {
	at := taken{After: -1}
	if _, err := n.read(ctx, p.ID, placeSealed, &at); err != nil {
		return err
	}
	for {
		var list SealedList
		if err := r.json(ctx, pathSealed, url.Values{"after": {strconv.FormatInt(at.After, 10)}}, &list); err != nil {
			return err
		}
		for i := range list.Sealed {
			s := &list.Sealed[i]
			if s.Leaf <= at.After {
				return &entente.Error{Kind: entente.Invalid, Op: "sync", Place: p.ID, Msg: "the partner's list of envelopes goes round in circles"}
			}
			next := taken{After: s.Leaf}
			fresh, err := n.takeSealed(ctx, p, s.Envelope, next)
			if err != nil {
				return err
			}
			if fresh {
				report.Sealed++
			}
			at = next
		}
		if !list.More || len(list.Sealed) == 0 {
			return nil
		}
	}
}

// takeSealed keeps one envelope with its leaf, in one transaction.
func (n *Node) takeSealed(ctx context.Context, p *partner.Partner, envelope []byte, next taken) (fresh bool, err error) {
	var e struct {
		ID      string `json:"id"`
		Created string `json:"created"`
	}
	skip := func() (bool, error) { // or it would keep every later one from coming
		n.Logger.WarnContext(ctx, "a partner sent an envelope that cannot be read", slog.String("partner", p.ID))
		return false, n.Store.Write(ctx, func(ctx context.Context, q store.Querier) error { return n.put(ctx, q, p.ID, placeSealed, next) })
	}
	if json.Unmarshal(envelope, &e) != nil || e.ID == "" || e.Created == "" {
		return skip()
	}
	err = n.Store.Write(ctx, func(ctx context.Context, q store.Querier) error {
		fresh = false
		if err := n.lock(ctx, q, p.ID); err != nil {
			return err
		}
		var there int
		if err := q.QueryRowContext(ctx, "SELECT count(*) FROM exchange_sealed WHERE id = $1", e.ID).Scan(&there); err != nil {
			return err
		}
		if there == 0 {
			o, err := n.Log.Append(ctx, q, ledger.Entry{Kind: ledger.Received, Object: e.ID, Version: e.Created, Body: envelope, Partner: p.LogName()})
			if err != nil {
				return err
			}
			if fresh, err = n.KeepSealed(ctx, q, p.ID, envelope, o[0].Index); err != nil {
				return err
			}
		}
		return n.put(ctx, q, p.ID, placeSealed, next)
	})
	if isKind(err, entente.Invalid) {
		return skip()
	}
	return fresh, err
}

// sealedBody is an envelope that came from a partner; nil for none.
func (n *Node) sealedBody(ctx context.Context, partner, id string) (body []byte, found string, err error) {
	err = n.Store.Read(ctx, func(ctx context.Context, q store.Querier) error {
		err := q.QueryRowContext(ctx, "SELECT body FROM exchange_sealed WHERE way = 'in' AND partner = $1 AND id = $2", partner, id).Scan(&body)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if body != nil {
		found = id
	}
	return body, found, err
}
