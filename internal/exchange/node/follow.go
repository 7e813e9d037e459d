package node

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"io"
	"strconv"
	"time"

	"entente/internal/ledger"
	"entente/internal/store"
)

// Follow is for store.Options.Also: what becomes published or is taken back gets
// its leaf in the same transaction, where the store holds the log of a node; else
// nothing is done. Leaves about records are always blind. No key is needed.
func Follow(ctx context.Context, q store.Querier, news []store.News) error {
	return follow(ctx, q, news, time.Now, rand.Reader)
}

// Following is [Follow] with another clock and source of randomness.
func Following(now func() time.Time, random io.Reader) func(context.Context, store.Querier, []store.News) error {
	return func(ctx context.Context, q store.Querier, news []store.News) error {
		return follow(ctx, q, news, now, random)
	}
}

func follow(ctx context.Context, q store.Querier, news []store.News, now func() time.Time, random io.Reader) error {
	var origin string
	err := q.QueryRowContext(ctx, "SELECT origin FROM ledger_head WHERE one = 1").Scan(&origin)
	if errors.Is(err, sql.ErrNoRows) || len(news) == 0 {
		return nil // a workbench without an exchange
	}
	if err != nil {
		return err
	}
	log, err := ledger.New(ledger.Options{Origin: origin, Now: now, Random: random})
	if err != nil {
		return err
	}
	entries := make([]ledger.Entry, 0, min(len(news), ledger.MaxBatch))
	for len(news) > 0 {
		part := news[:min(len(news), ledger.MaxBatch)]
		news = news[len(part):]
		entries = entries[:0]
		for i := range part {
			entries = append(entries, entryOf(&part[i]))
		}
		if _, err := log.Append(ctx, q, entries...); err != nil {
			return err
		}
	}
	return nil
}

// recordPrefix sets the names of records apart from the ids of STIX objects.
const recordPrefix = "record:"

func entryOf(n *store.News) ledger.Entry {
	e := ledger.Entry{Kind: ledger.Published, Object: recordPrefix + n.Kind + "/" + n.ID, Version: strconv.Itoa(n.Version), Body: n.Body}
	if n.Body == nil {
		e.Kind = ledger.Withdrawn
	}
	return e
}
