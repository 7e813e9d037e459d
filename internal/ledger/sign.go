package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"entente"
)

// Sign makes a checkpoint of the log as it is, signs it, keeps it and returns
// it. It waits for transactions that append, and takes an instant of the log's
// clock, so every leaf after it is later than the checkpoint says it is.
//
// Before it signs, it makes sure that the tree is one with the last checkpoint
// that it signed; a log whose tables were changed is refused (Unavailable). So
// no two checkpoints ever contradict one another.
func (l *Log) Sign(ctx context.Context, q Querier, key *Key) (*Checkpoint, error) {
	if key.name != l.origin {
		return nil, &entente.Error{Kind: entente.Denied, Op: "sign checkpoint", Place: key.name, Msg: "the key is that of another log", Hint: "the log's name is " + l.origin}
	}
	h, err := l.head(ctx, q, lockHead)
	if err != nil {
		return nil, err
	}
	size, root := h.frontier.Size(), h.frontier.Root()
	if err := l.sameHistory(ctx, q, h); err != nil {
		return nil, err
	}
	h.at = max(l.now().UnixMicro(), h.at)
	if err := h.write(ctx, q); err != nil {
		return nil, err
	}
	msg, err := key.signCheckpoint(size, root, h.at/1_000_000)
	if err != nil {
		return nil, &entente.Error{Kind: entente.Internal, Op: "sign checkpoint", Msg: "the checkpoint could not be signed", Err: err}
	}
	if msg, err = keepCheckpoint(ctx, q, &Checkpoint{Origin: l.origin, Size: size, Root: root, Note: msg}, h.at, true); err != nil {
		return nil, err
	}
	ring, err := NewKeyring(key.Public())
	if err != nil {
		return nil, err
	}
	return ring.OpenCheckpoint(msg)
}

// sameHistory compares the tree with the last checkpoint of this log.
func (l *Log) sameHistory(ctx context.Context, q Querier, h *head) error {
	last, err := lastCheckpoint(ctx, q, l.origin)
	if err != nil || last == nil {
		return err
	}
	if last.Size > h.frontier.Size() {
		return lost(last.Size, h.frontier.Size())
	}
	root, err := h.root(ctx, q, last.Size)
	if err != nil {
		return damaged(err)
	}
	if root != last.Root {
		return damaged(fmt.Errorf("the first %d leaves are not those that were signed", last.Size))
	}
	return nil
}

func lost(signed, now int64) error {
	return &entente.Error{
		Kind: entente.Conflict, Op: "sign checkpoint", Msg: fmt.Sprintf("the log has %d leaves, and a checkpoint of %d was signed: leaves are lost", now, signed),
		Hint: "restore a later backup; a log must not go on after it lost leaves",
	}
}

// CheckSeen compares a checkpoint of this log that a partner holds with the
// tables: after a restore it tells (Conflict) whether leaves are lost that
// partners have seen, before anything new is signed.
func (l *Log) CheckSeen(ctx context.Context, q Querier, seen *Checkpoint) error {
	if err := l.own(seen.Origin); err != nil {
		return err
	}
	h, err := l.head(ctx, q, readHead)
	if err != nil {
		return err
	}
	if seen.Size > h.frontier.Size() {
		return lost(seen.Size, h.frontier.Size())
	}
	root, err := h.root(ctx, q, seen.Size)
	if err != nil {
		return err
	}
	if root != seen.Root {
		return &entente.Error{Kind: entente.Conflict, Op: "check log", Msg: fmt.Sprintf("the checkpoint of %d leaves is not of this history", seen.Size)}
	}
	return nil
}

// lastCheckpoint is the largest proven one of an origin; nil when there is none.
// What the tables hold was checked when it came in.
func lastCheckpoint(ctx context.Context, q Querier, origin string) (*Checkpoint, error) {
	return oneCheckpoint(ctx, q, "SELECT size, root, note FROM ledger_checkpoints WHERE origin = $1 AND proven = 1 ORDER BY size DESC LIMIT 1", origin)
}

func oneCheckpoint(ctx context.Context, q Querier, query string, args ...any) (*Checkpoint, error) {
	var c Checkpoint
	var root, msg string
	err := q.QueryRowContext(ctx, query, args...).Scan(&c.Size, &root, &msg)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil //nolint:nilnil // none is no fault
	}
	if err != nil {
		return nil, err
	}
	if c.Root, err = parseHash(root); err != nil {
		return nil, damaged(err)
	}
	c.Origin, _ = args[0].(string)
	c.Note = []byte(msg)
	return &c, nil
}

// keepCheckpoint adds a checkpoint to the table, or its signatures to the one
// that is there, and returns the note as it is kept.
func keepCheckpoint(ctx context.Context, q Querier, c *Checkpoint, at int64, proven bool) ([]byte, error) {
	flag := 0
	if proven {
		flag = 1
	}
	there, err := oneCheckpoint(ctx, q, "SELECT size, root, note FROM ledger_checkpoints WHERE origin = $1 AND size = $2 AND root = $3", c.Origin, c.Size, c.Root.String())
	if err != nil {
		return nil, err
	}
	if there == nil {
		_, err = q.ExecContext(ctx, "INSERT INTO ledger_checkpoints (origin, size, root, at, proven, note) VALUES ($1, $2, $3, $4, $5, $6)", c.Origin, c.Size, c.Root.String(), at, flag, string(c.Note))
		return c.Note, err
	}
	msg, err := mergeNotes("keep checkpoint", there.Note, c.Note)
	if err != nil {
		return nil, err
	}
	if len(msg) > MaxNote {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "keep checkpoint", Msg: "too many signatures under one checkpoint"}
	}
	_, err = q.ExecContext(ctx, "UPDATE ledger_checkpoints SET note = $4, proven = CASE WHEN $5 > proven THEN $5 ELSE proven END WHERE origin = $1 AND size = $2 AND root = $3", c.Origin, c.Size, c.Root.String(), string(msg), flag)
	return msg, err
}

// AddCosignature keeps the cosignatures that a partner has put under a
// checkpoint of this log. The checkpoint must be one that the log made.
func (l *Log) AddCosignature(ctx context.Context, q Querier, ring *Keyring, msg []byte) (*Checkpoint, error) {
	c, err := ring.OpenCheckpoint(msg)
	if err != nil {
		return nil, err
	}
	if err := l.own(c.Origin); err != nil {
		return nil, err
	}
	if len(c.Witnesses()) == 0 {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "keep cosignature", Msg: "no trusted partner has cosigned it"}
	}
	there, err := oneCheckpoint(ctx, q, "SELECT size, root, note FROM ledger_checkpoints WHERE origin = $1 AND size = $2 AND root = $3", c.Origin, c.Size, c.Root.String())
	if err != nil {
		return nil, err
	}
	if there == nil {
		return nil, &entente.Error{Kind: entente.NotFound, Op: "keep cosignature", Msg: fmt.Sprintf("this log has made no such checkpoint of %d leaves", c.Size)}
	}
	// Only lines of trusted witnesses are taken over, not what else came along.
	if c.Note, err = onlyWitnesses(ring, c); err != nil {
		return nil, err
	}
	if c.Note, err = keepCheckpoint(ctx, q, c, 0, true); err != nil {
		return nil, err
	}
	return ring.OpenCheckpoint(c.Note)
}

// onlyWitnesses is the note with the lines of trusted witnesses alone.
func onlyWitnesses(ring *Keyring, c *Checkpoint) ([]byte, error) {
	text, lines, err := splitNote("keep cosignature", c.Note)
	if err != nil {
		return nil, err
	}
	var out strings.Builder
	out.WriteString(text + "\n")
	for _, l := range lines {
		if v := ring.keys[ringKey{l.name, l.id}]; v != nil && v.cosign && l.name != c.Origin {
			out.WriteString(l.line)
		}
	}
	return []byte(out.String()), nil
}

// MaxCheckpoints bounds the answer of [Checkpoints].
const MaxCheckpoints = 10_000

// Checkpoints gives the signed checkpoints that are kept of an origin, the
// largest first, at most limit (1 to [MaxCheckpoints]).
func Checkpoints(ctx context.Context, q Querier, origin string, limit int) ([]KeptCheckpoint, error) {
	if limit < 1 || limit > MaxCheckpoints {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "read log", Msg: fmt.Sprintf("%d checkpoints cannot be listed at once", limit), Hint: fmt.Sprintf("1 to %d", MaxCheckpoints)}
	}
	rows, err := q.QueryContext(ctx, fmt.Sprintf("SELECT size, root, at, proven, note FROM ledger_checkpoints WHERE origin = $1 ORDER BY size DESC, root LIMIT %d", limit), origin)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // its fault shows in Err
	var out []KeptCheckpoint
	for rows.Next() {
		var k KeptCheckpoint
		var root, msg string
		var at, proven int64
		if err := rows.Scan(&k.Size, &root, &at, &proven, &msg); err != nil {
			return nil, err
		}
		if k.Root, err = parseHash(root); err != nil {
			return nil, damaged(err)
		}
		k.At, k.Proven, k.Note = time.UnixMicro(at).UTC(), proven == 1, []byte(msg)
		out = append(out, k)
	}
	return out, rows.Err()
}

// KeptCheckpoint is a checkpoint as the tables hold it.
type KeptCheckpoint struct {
	Size int64
	Root tlog.Hash
	At   time.Time // when it was made, or came in
	// Proven is false for what does not fit the history that was seen: it is
	// kept as evidence.
	Proven bool
	Note   []byte
}
