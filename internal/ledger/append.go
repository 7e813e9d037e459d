package ledger

import (
	"bufio"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"entente"
)

// Entry is what a leaf shall record.
type Entry struct {
	Kind    Kind
	Object  string // id of the object
	Version string // its modified stamp or version number
	// Body is the object in JSON, in any form (see [Canonical]). A withdrawn leaf
	// may go without.
	Body       []byte
	Collection string // may be empty
	Partner    string // for released: to whom; received: from whom; else empty
	// Plain says that everybody who sees the log may know the object's id,
	// version, collection and hash: true only for CLEAR and GREEN. Otherwise they
	// stand in the leaf as salted hashes. The partner always does.
	Plain bool
}

// Append adds a leaf for each entry, in their order, as part of the
// transaction behind q: when it is rolled back, the leaves are gone with it. It
// returns the opening of each leaf, which the table keeps too.
//
// The time of a leaf is that of the log's clock, and always at least a
// microsecond later than that of the leaf before. The first call in a
// transaction waits for other transactions that append.
//
// Errors: Invalid for an entry that lacks something or whose body is not JSON.
func (l *Log) Append(ctx context.Context, q Querier, entries ...Entry) ([]Opening, error) {
	if err := checkBatch(len(entries)); err != nil {
		return nil, err
	}
	h, err := l.head(ctx, q, lockHead)
	if err != nil {
		return nil, err
	}
	// Randomness is read ahead, at most what the batch needs.
	random := bufio.NewReaderSize(l.random, min(len(entries)*SaltSize, 4096))
	w := runWriter{q: q, head: h}
	out := make([]Opening, len(entries))
	for i := range entries {
		e, o := &entries[i], &out[i]
		*o = Opening{Index: h.frontier.Size(), Kind: e.Kind, Object: e.Object, Version: e.Version, Collection: e.Collection, Partner: e.Partner, Plain: e.Plain}
		if o.Salt, err = readSalt(random); err != nil {
			return nil, err
		}
		if e.Body != nil {
			body, err := o.canonicalBody(e.Body)
			if err != nil {
				return nil, entryFault(e, err)
			}
			o.Digest = o.digest(body)
		}
		h.at = max(l.now().UnixMicro(), h.at+1)
		o.Time = time.UnixMicro(h.at).UTC()
		if err := o.checkValues(); err != nil {
			return nil, entryFault(e, err)
		}
		if err := w.add(ctx, o); err != nil {
			return nil, entryFault(e, err)
		}
	}
	return out, w.end(ctx)
}

// entryFault says which entry a fault is about.
func entryFault(e *Entry, err error) error {
	if f, ok := err.(*entente.Error); ok && f.Kind == entente.Invalid { //nolint:errorlint // only our own, to add the place
		f.Place = strings.TrimSuffix(e.Object+" "+f.Place, " ")
	}
	return err
}

// runWriter gathers leaves into runs, so that many leaves take few statements.
type runWriter struct {
	q      Querier
	head   *head
	from   int64 // first leaf of the run
	hashes []byte
	data   []byte
	nodes  []any
	index  [][2]int64 // of all runs: object and leaf
	leaf   []byte     // memory for one leaf
}

// add adds the leaf of an opening whose values are checked.
func (w *runWriter) add(ctx context.Context, o *Opening) error {
	leaf := o.Leaf()
	w.leaf = leaf.Append(w.leaf[:0])
	if len(w.leaf) > MaxLeaf {
		return badLeaf("the leaf is overlong")
	}
	if len(w.hashes) == 0 {
		w.from = o.Index
	}
	hash := tlog.RecordHash(w.leaf)
	w.hashes = append(w.hashes, hash[:]...)
	at := len(w.data)
	w.data = o.Append(append(w.data, 0, 0))
	binary.BigEndian.PutUint16(w.data[at:], uint16(len(w.data)-at-2)) //nolint:gosec // at most maxOpening
	w.index = append(w.index, [2]int64{objectKey(o.Object), o.Index})
	w.head.frontier.Add(hash, func(level int, n int64, h tlog.Hash) {
		if level%TileHeight == 0 {
			w.nodes = append(w.nodes, level/TileHeight, n, append([]byte(nil), h[:]...))
		}
	})
	if (o.Index+1)%TileWidth == 0 {
		return w.flush(ctx)
	}
	return nil
}

// objectKey is the key of an object in ledger_index.
func objectKey(id string) int64 {
	sum := sha256.Sum256([]byte(id))
	return int64(binary.BigEndian.Uint64(sum[:])) //nolint:gosec // any 64 bits will do
}

// flush writes the run.
func (w *runWriter) flush(ctx context.Context) error {
	if err := ctx.Err(); err != nil || len(w.hashes) == 0 {
		return err
	}
	if _, err := w.q.ExecContext(ctx, "INSERT INTO ledger_leaves (n, count, hashes, data) VALUES ($1, $2, $3, $4)", w.from, len(w.hashes)/tlog.HashSize, w.hashes, w.data); err != nil {
		return err
	}
	if err := insertNode.rows(ctx, w.q, w.nodes); err != nil {
		return err
	}
	w.hashes, w.data, w.nodes = w.hashes[:0], w.data[:0], w.nodes[:0]
	return nil
}

func (w *runWriter) end(ctx context.Context) error {
	if err := w.flush(ctx); err != nil {
		return err
	}
	// In the order of the index, so that a large batch walks through it once.
	slices.SortFunc(w.index, func(a, b [2]int64) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	for part := range slices.Chunk(w.index, 1000*groupRows) {
		if err := ctx.Err(); err != nil {
			return err
		}
		args := make([]any, 0, 2*len(part))
		for _, row := range part {
			args = append(args, row[0], row[1])
		}
		if err := insertIndex.rows(ctx, w.q, args); err != nil {
			return err
		}
	}
	return w.head.write(ctx, w.q)
}

// insertion writes rows in groups. It has one statement for a group and one for
// a single row and no others, so an engine that keeps prepared statements keeps
// two of it.
type insertion struct {
	columns    int
	one, group string
}

// groupRows is how many rows the statement for a group takes.
const groupRows = 32

var (
	insertIndex = newInsertion("INSERT INTO ledger_index (object, n) VALUES ", 2)
	insertNode  = newInsertion("INSERT INTO ledger_nodes (level, n, hash) VALUES ", 3)
)

func newInsertion(text string, columns int) insertion {
	return insertion{columns, text + values(1, columns), text + values(groupRows, columns)}
}

func (s *insertion) rows(ctx context.Context, q Querier, args []any) error {
	for full := groupRows * s.columns; len(args) >= full; args = args[full:] {
		if _, err := q.ExecContext(ctx, s.group, args[:full]...); err != nil {
			return err
		}
	}
	for ; len(args) > 0; args = args[s.columns:] {
		if _, err := q.ExecContext(ctx, s.one, args[:s.columns]...); err != nil {
			return err
		}
	}
	return nil
}

// values is "($1, $2), ($3, $4)" for 2 rows of 2 columns.
func values(rows, columns int) string {
	var b strings.Builder
	for i := range rows * columns {
		switch {
		case i == 0:
			b.WriteString("($")
		case i%columns == 0:
			b.WriteString("), ($")
		default:
			b.WriteString(", $")
		}
		b.WriteString(strconv.Itoa(i + 1))
	}
	b.WriteString(")")
	return b.String()
}
