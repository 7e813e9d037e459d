package inbox

import (
	"context"
	"time"

	"entente/internal/store"
)

// Owed gives items for which the partner has no receipt of ours yet, with their
// bodies, from the number after on, the oldest first.
func (b *Inbox) Owed(ctx context.Context, partner string, after int64, limit int) ([]Item, error) {
	if limit <= 0 || limit > MaxList {
		limit = MaxList
	}
	var out []Item
	err := b.st.Read(ctx, func(ctx context.Context, q store.Querier) error {
		var c clauses
		c.equal("i.partner", partner)
		c.where = append(c.where, "i.receipted = 0", "i.n > "+c.arg(after))
		var err error
		out, err = c.items(ctx, q, "ORDER BY i.n LIMIT "+c.arg(int64(limit)), true)
		return err
	})
	return out, err
}

// Receipted notes, as part of the caller's transaction, that the partner has taken
// our receipt for an item.
func Receipted(ctx context.Context, q store.Querier, n int64, receipt string, at time.Time) error {
	_, err := q.ExecContext(ctx, "UPDATE exchange_inbox SET receipt = $1, receipted = $2 WHERE n = $3", receipt, at.UTC().UnixMicro(), n)
	return err
}
