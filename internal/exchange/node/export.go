package node

import (
	"context"
	"strconv"
	"strings"

	"entente/internal/exchange/stix"
	"entente/internal/ledger"
	"entente/internal/store"
)

// Export writes the folder by which a partner, or an auditor of the node
// ([ledger.Everybody]), can check without a network what the log says of it; see
// ledger/verify. The log is signed first. Errors: NotFound for no such partner;
// Conflict when the folder is not empty, or the log has lost leaves.
func (n *Node) Export(ctx context.Context, dir, forWhom string, progress func(done, total int64) error) (*ledger.Contents, error) {
	name := ledger.Everybody
	if forWhom != ledger.Everybody {
		p, _, err := n.partner(ctx, forWhom)
		if err != nil {
			return nil, err
		}
		name = p.LogName()
	}
	if _, err := n.SignNow(ctx); err != nil {
		return nil, err
	}
	var c *ledger.Contents
	err := n.Store.Read(ctx, func(ctx context.Context, q store.Querier) error {
		var err error
		c, err = n.Log.Export(ctx, q, dir, ledger.ExportOptions{
			For: name, Key: n.Key, Progress: progress,
			Body: func(ctx context.Context, o *ledger.Opening) ([]byte, error) { return bodyOf(ctx, q, o) },
		})
		return err
	})
	return c, err
}

// bodyOf finds the object behind a leaf: on the shelf, in the inbox, among the
// envelopes, or as a version of a record; nil when it is nowhere any more.
func bodyOf(ctx context.Context, q store.Querier, o *ledger.Opening) ([]byte, error) {
	one := func(query string, args ...any) ([]byte, error) { return fitting(ctx, q, o, query, args...) }
	if record, ok := strings.CutPrefix(o.Object, recordPrefix); ok {
		kind, id, _ := strings.Cut(record, "/")
		number, err := strconv.Atoi(o.Version)
		if err != nil {
			return nil, nil //nolint:nilerr // no version of a record
		}
		return one("SELECT body FROM versions WHERE kind = $1 AND id = $2 AND version = $3", kind, id, number)
	}
	key := ""
	if o.Version != unversioned {
		t, fault := stix.ParseTime(o.Version)
		if fault != "" {
			return nil, nil
		}
		key = t.Key()
	}
	for _, query := range []string{
		"SELECT body FROM exchange_objects WHERE id = $1 AND version_key = $2",
		"SELECT body FROM exchange_inbox WHERE object = $1 AND version_key = $2 ORDER BY n LIMIT 50",
	} {
		body, err := one(query, o.Object, key)
		if err != nil || body != nil {
			return body, err
		}
	}
	return one("SELECT body FROM exchange_sealed WHERE id = $1", o.Object)
}

// fitting gives the first body that is the one that the leaf records; nil for none:
// a folder must not accuse the node of what is only another partner's version.
func fitting(ctx context.Context, q store.Querier, o *ledger.Opening, query string, args ...any) ([]byte, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // its fault shows in Err
	for rows.Next() {
		var body []byte
		if err := rows.Scan(&body); err != nil {
			return nil, err
		}
		if o.CheckBody(body) == nil {
			return body, nil
		}
	}
	return nil, rows.Err()
}
