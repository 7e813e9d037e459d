package ledger

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"entente"
)

// run is a row of ledger_leaves.
type run struct {
	from   int64
	hashes []byte
	data   []byte
}

// runs reads rows of ledger_leaves.
func runs(ctx context.Context, q Querier, where string, args ...any) ([]run, error) {
	rows, err := q.QueryContext(ctx, "SELECT n, count, hashes, data FROM ledger_leaves WHERE "+where, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // its fault shows in Err
	var out []run
	for rows.Next() {
		var r run
		var count int
		if err := rows.Scan(&r.from, &count, &r.hashes, &r.data); err != nil {
			return nil, err
		}
		if count < 1 || len(r.hashes) != count*tlog.HashSize {
			return nil, damaged(fmt.Errorf("the run at leaf %d does not have %d hashes", r.from, count))
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// openings reads the openings of a run from its leaf from up to its leaf to.
func (r *run) openings(from, to int64) ([]Opening, error) {
	var out []Opening
	data := r.data
	for index := r.from; index < min(to, r.from+int64(len(r.hashes)/tlog.HashSize)); index++ {
		if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
			return nil, damaged(fmt.Errorf("the run at leaf %d is cut off", r.from))
		}
		one := data[2 : 2+int(binary.BigEndian.Uint16(data))]
		data = data[2+len(one):]
		if index < from {
			continue
		}
		o, err := ParseOpening(one)
		if err != nil {
			return nil, damaged(err)
		}
		if o.Index != index {
			return nil, damaged(fmt.Errorf("leaf %d stands in the place of leaf %d", o.Index, index))
		}
		out = append(out, *o)
	}
	return out, nil
}

// between reads the openings of the leaves from from up to to, which it must
// find without a gap.
func between(ctx context.Context, q Querier, from, to int64) ([]Opening, error) {
	list, err := runs(ctx, q, "n < $2 AND n >= (SELECT coalesce(max(n), 0) FROM ledger_leaves WHERE n <= $1) ORDER BY n", from, to)
	if err != nil {
		return nil, err
	}
	var out []Opening
	for i := range list {
		some, err := list[i].openings(from, to)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	for i := range out {
		if out[i].Index != from+int64(i) {
			return nil, damaged(fmt.Errorf("leaf %d is missing", from+int64(i)))
		}
	}
	return out, nil
}

// Opening gives the opening of one leaf.
func (l *Log) Opening(ctx context.Context, q Querier, index int64) (*Opening, error) {
	list, err := between(ctx, q, index, index+1)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, noLeaf(index)
	}
	return &list[0], nil
}

func noLeaf(index int64) error {
	return &entente.Error{Kind: entente.NotFound, Op: "read log", Place: fmt.Sprintf("leaf %d", index), Msg: "the log has no such leaf"}
}

// MaxList bounds the answers of [Log.About], [Log.List] and [Log.Receipts].
const MaxList = 1000

// About gives the openings of the leaves about one object, at most [MaxList], in
// the order of the log. An empty version stands for all versions.
func (l *Log) About(ctx context.Context, q Querier, object, version string) ([]Opening, error) {
	rows, err := q.QueryContext(ctx, fmt.Sprintf("SELECT n FROM ledger_index WHERE object = $1 ORDER BY n LIMIT %d", MaxList), objectKey(object))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // its fault shows in Err
	var numbers []int64
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		numbers = append(numbers, n)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	var out []Opening
	for _, n := range numbers {
		o, err := l.Opening(ctx, q, n)
		if err != nil {
			return nil, err
		}
		if o.Object == object && (version == "" || o.Version == version) {
			out = append(out, *o)
		}
	}
	return out, nil
}

// List gives the openings of limit leaves from index on; limit is 1 to
// [MaxList].
func (l *Log) List(ctx context.Context, q Querier, index int64, limit int) ([]Opening, error) {
	if limit < 1 || limit > MaxList {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "read log", Msg: fmt.Sprintf("%d leaves cannot be listed at once", limit), Hint: fmt.Sprintf("1 to %d", MaxList)}
	}
	return between(ctx, q, index, index+int64(limit))
}

// tiles reads tiles from the tables. It lives as long as one call.
type tiles struct {
	ctx context.Context //nolint:containedctx // tlog's interface has no place for it
	q   Querier
}

// Height is that of the tiles.
func (t tiles) Height() int { return TileHeight }

// SaveTiles does nothing: the tables are the storage.
func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// ReadTiles reads tiles of hashes.
func (t tiles) ReadTiles(list []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(list))
	for i, tile := range list {
		from := tile.N * TileWidth
		if tile.L == 0 {
			list, err := t.q.QueryContext(t.ctx, "SELECT hashes FROM ledger_leaves WHERE n >= $1 AND n < $2 ORDER BY n", from, from+int64(tile.W))
			if out[i], err = gather(list, err); err != nil {
				return nil, err
			}
			// The last run may go on behind a tile that is cut at an older size.
			out[i] = out[i][:min(len(out[i]), tile.W*tlog.HashSize)]
		} else {
			list, err := t.q.QueryContext(t.ctx, "SELECT hash FROM ledger_nodes WHERE n >= $1 AND n < $2 AND level = $3 ORDER BY n", from, from+int64(tile.W), tile.L)
			if out[i], err = gather(list, err); err != nil {
				return nil, err
			}
		}
		if len(out[i]) != tile.W*tlog.HashSize {
			return nil, damaged(fmt.Errorf("a tile of level %d has %d bytes", tile.L, len(out[i])))
		}
	}
	return out, nil
}

// gather joins the one column of all rows.
func gather(rows *sql.Rows, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	var out []byte
	for rows.Next() {
		var b sql.RawBytes
		if err := rows.Scan(&b); err != nil {
			return nil, err
		}
		out = append(out, b...)
	}
	return out, rows.Err()
}

// reader gives the hashes of the log's tree. What it reads is checked against
// the head's root, so a changed row is found, not signed.
func (h *head) reader(ctx context.Context, q Querier) tlog.HashReader {
	return tlog.TileHashReader(tlog.Tree{N: h.frontier.Size(), Hash: h.frontier.Root()}, tiles{ctx, q})
}

// Root gives the root of the first size leaves.
func (l *Log) Root(ctx context.Context, q Querier, size int64) (tlog.Hash, error) {
	h, err := l.head(ctx, q, readHead)
	if err != nil {
		return tlog.Hash{}, err
	}
	return h.root(ctx, q, size)
}

func (h *head) root(ctx context.Context, q Querier, size int64) (tlog.Hash, error) {
	switch {
	case size < 0 || size > h.frontier.Size():
		return tlog.Hash{}, &entente.Error{Kind: entente.NotFound, Op: "read log", Msg: fmt.Sprintf("the log has %d leaves, not %d", h.frontier.Size(), size)}
	case size == h.frontier.Size():
		return h.frontier.Root(), nil
	}
	return tlog.TreeHash(size, h.reader(ctx, q))
}

// ProveLeaf gives the inclusion proof of a leaf in the tree of the first size
// leaves (RFC 6962, section 2.1.1).
func (l *Log) ProveLeaf(ctx context.Context, q Querier, index, size int64) (tlog.RecordProof, error) {
	h, err := l.head(ctx, q, readHead)
	if err != nil {
		return nil, err
	}
	if index < 0 || index >= size || size > h.frontier.Size() {
		return nil, noLeaf(index)
	}
	return tlog.ProveRecord(size, index, h.reader(ctx, q))
}

// ProveTree gives the consistency proof from the tree of the first older leaves
// to that of the first newer (RFC 6962, section 2.1.2). From nothing to
// anything the proof is empty.
func (l *Log) ProveTree(ctx context.Context, q Querier, older, newer int64) (tlog.TreeProof, error) {
	h, err := l.head(ctx, q, readHead)
	if err != nil {
		return nil, err
	}
	if older < 0 || older > newer || newer > h.frontier.Size() {
		return nil, &entente.Error{Kind: entente.NotFound, Op: "prove", Msg: fmt.Sprintf("the log has %d leaves: there is no proof from %d to %d", h.frontier.Size(), older, newer)}
	}
	if older == 0 {
		return tlog.TreeProof{}, nil
	}
	return tlog.ProveTree(newer, older, h.reader(ctx, q))
}

// Leaf gives the bytes of a leaf as they stand in the tree.
func (l *Log) Leaf(ctx context.Context, q Querier, index int64) ([]byte, error) {
	o, err := l.Opening(ctx, q, index)
	if err != nil {
		return nil, err
	}
	leaf := o.Leaf()
	return leaf.Append(nil), nil
}
