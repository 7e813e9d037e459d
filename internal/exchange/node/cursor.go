package node

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"entente/internal/store"
)

// The rows of exchange_cursors that a node keeps for a partner, beside one for each
// collection ("collection/ID"). The row of the empty partner stops all signing.
const (
	placeLock       = "lock"     // held while something of the partner's is taken in
	placeReceipts   = "receipts" // how far receipts were given
	placeSealed     = "sealed"   // how far envelopes were taken
	placeSplit      = "split"    // evidence against the partner's log
	placeReport     = "report"   // of the latest sync
	placeSeen       = "seen"     // when the partner last told what it has seen
	placeCollection = "collection/"
)

// get reads a row of exchange_cursors; false when there is none.
func get(ctx context.Context, q store.Querier, partner, place string, into any) (bool, error) {
	var body string
	err := q.QueryRowContext(ctx, "SELECT body FROM exchange_cursors WHERE partner = $1 AND place = $2", partner, place).Scan(&body)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return false, nil
	case err != nil:
		return false, err
	}
	return true, json.Unmarshal([]byte(body), into)
}

// put writes a row of exchange_cursors.
func (n *Node) put(ctx context.Context, q store.Querier, partner, place string, value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, "INSERT INTO exchange_cursors (partner, place, body, at) VALUES ($1, $2, $3, $4) ON CONFLICT (partner, place) DO UPDATE SET body = excluded.body, at = excluded.at",
		partner, place, string(body), n.Now().UnixMicro())
	return err
}

// drop removes a row of exchange_cursors.
func drop(ctx context.Context, q store.Querier, partner, place string) error {
	_, err := q.ExecContext(ctx, "DELETE FROM exchange_cursors WHERE partner = $1 AND place = $2", partner, place)
	return err
}

// read is get in a transaction of its own.
func (n *Node) read(ctx context.Context, partner, place string, into any) (there bool, err error) {
	err = n.Store.Read(ctx, func(ctx context.Context, q store.Querier) error {
		there, err = get(ctx, q, partner, place, into)
		return err
	})
	return there, err
}

// lock makes other processes that take in something of the same partner wait until
// the transaction ends, so that no version gets two leaves.
func (n *Node) lock(ctx context.Context, q store.Querier, partner string) error {
	return n.put(ctx, q, partner, placeLock, struct{}{})
}
