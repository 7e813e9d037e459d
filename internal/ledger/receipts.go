package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"entente"
)

// AddReceipt keeps a partner's receipt and adds a leaf for it. It checks that
// the receipt is by the partner to whom the leaf released the object, and that
// everything it says is so. A second receipt for one release changes nothing:
// the leaf of the first is given.
//
// Errors: Invalid or Denied as for [Keyring.OpenReceipt]; Conflict when the
// receipt says something else than the log, which is worth a look by a person.
func (l *Log) AddReceipt(ctx context.Context, q Querier, ring *Keyring, msg []byte) (leaf int64, err error) {
	r, err := ring.OpenReceipt(msg)
	if err != nil {
		return 0, err
	}
	h, err := l.head(ctx, q, lockHead) // so that two copies at once make one leaf
	if err != nil {
		return 0, err
	}
	if err := l.fits(ctx, q, h, r); err != nil {
		return 0, err
	}
	err = q.QueryRowContext(ctx, "SELECT leaf FROM ledger_receipts WHERE released = $1", r.Leaf).Scan(&leaf)
	if err == nil || !errors.Is(err, sql.ErrNoRows) {
		return leaf, err
	}
	added, err := l.Append(ctx, q, Entry{Kind: Receipted, Object: r.Object, Version: r.Version, Body: msg, Partner: r.Partner})
	if err != nil {
		return 0, err
	}
	leaf = added[0].Index
	_, err = q.ExecContext(ctx, "INSERT INTO ledger_receipts (released, leaf, object, version, partner, at, note) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		r.Leaf, leaf, r.Object, r.Version, r.Partner, r.Time.UnixMicro(), string(msg))
	return leaf, err
}

// fits compares a receipt with the log.
func (l *Log) fits(ctx context.Context, q Querier, h *head, r *Receipt) error {
	differs := func(msg string) error {
		return &entente.Error{Kind: entente.Conflict, Op: "keep receipt", Place: r.Partner + " " + r.Object, Msg: msg, Hint: "compare the checkpoints of both sides"}
	}
	if r.Log != l.origin {
		return differs("the receipt is for the log " + r.Log)
	}
	if r.Size > h.frontier.Size() {
		return differs(fmt.Sprintf("the receipt names a log of %d leaves, and this one has %d", r.Size, h.frontier.Size()))
	}
	root, err := h.root(ctx, q, r.Size)
	if err != nil {
		return err
	}
	if root != r.Root {
		return differs(fmt.Sprintf("the receipt names another root for the first %d leaves", r.Size))
	}
	o, err := l.Opening(ctx, q, r.Leaf)
	if err != nil {
		return err
	}
	if o.Kind != Released || o.Partner != r.Partner || o.Object != r.Object || o.Version != r.Version || o.Digest != r.Digest {
		return differs(fmt.Sprintf("leaf %d does not record this release to this partner", r.Leaf))
	}
	return nil
}

// Receipts gives the signed receipts for an object, in the order in which they
// came in, at most [MaxList]. An empty version stands for all versions.
func (l *Log) Receipts(ctx context.Context, q Querier, object, version string) ([]KeptReceipt, error) {
	return receipts(ctx, q, fmt.Sprintf("object = $1 AND ($2 = '' OR version = $2) ORDER BY leaf LIMIT %d", MaxList), object, version)
}

// KeptReceipt is a receipt as the tables hold it.
type KeptReceipt struct {
	Partner  string
	Object   string
	Version  string
	Released int64     // the leaf that it is for
	Leaf     int64     // the leaf that records it
	Time     time.Time // as the partner says
	Note     []byte
}

func receipts(ctx context.Context, q Querier, where string, args ...any) ([]KeptReceipt, error) {
	rows, err := q.QueryContext(ctx, "SELECT partner, object, version, released, leaf, at, note FROM ledger_receipts WHERE "+where, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // its fault shows in Err
	var out []KeptReceipt
	for rows.Next() {
		var k KeptReceipt
		var at int64
		var msg string
		if err := rows.Scan(&k.Partner, &k.Object, &k.Version, &k.Released, &k.Leaf, &at, &msg); err != nil {
			return nil, err
		}
		k.Time, k.Note = time.UnixMicro(at).UTC(), []byte(msg)
		out = append(out, k)
	}
	return out, rows.Err()
}

// ID is the plain SHA-256 of the signed note (hexadecimal).
func (k *KeptReceipt) ID() string { return hexHash(k.Note) }

// Unconfirmed gives the releases of an object for which no receipt has come
// in, in the order of the log, of the first [MaxList] leaves about it. An empty
// version stands for all versions.
func (l *Log) Unconfirmed(ctx context.Context, q Querier, object, version string) ([]Opening, error) {
	list, err := l.About(ctx, q, object, version)
	if err != nil {
		return nil, err
	}
	var out []Opening
	for _, o := range list {
		if o.Kind != Released {
			continue
		}
		var n int
		if err := q.QueryRowContext(ctx, "SELECT count(*) FROM ledger_receipts WHERE released = $1", o.Index).Scan(&n); err != nil {
			return nil, err
		}
		if n == 0 {
			out = append(out, o)
		}
	}
	return out, nil
}
