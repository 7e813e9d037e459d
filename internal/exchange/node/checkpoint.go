package node

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"entente"
	"entente/internal/ledger"
	"entente/internal/store"
)

const (
	// signEvery is the least time between two checkpoints of a log that grows.
	signEvery = time.Second
	// signFresh is how old a checkpoint may be when it is given to a partner, whose
	// witness refuses old ones.
	signFresh = time.Minute
	// fileSigned keeps the last checkpoint that was signed from this folder, so that
	// a store restored from an older backup is found out.
	fileSigned = "log.signed"
)

// Checkpoint gives the latest signed checkpoint of the node's log. It signs a new
// one when the log has grown and the last is older than a second, or when it is
// older than a minute.
//
// Errors: Conflict when the log has lost leaves that somebody has seen: nothing is
// signed any more then.
func (n *Node) Checkpoint(ctx context.Context) (*ledger.Checkpoint, error) {
	own, err := ledger.NewKeyring(n.Key.Public())
	if err != nil {
		return nil, err
	}
	var last *ledger.Checkpoint
	look := func(ctx context.Context, q store.Querier) error {
		last, err = n.current(ctx, q, own)
		return err
	}
	if err := n.Store.Read(ctx, look); err != nil || last != nil {
		return last, err
	}
	return n.sign(ctx, look, &last)
}

// signGrown signs when the log has grown since the last checkpoint.
func (n *Node) signGrown(ctx context.Context) error {
	grown := false
	if err := n.Store.Read(ctx, func(ctx context.Context, q store.Querier) error {
		size, err := n.Log.Size(ctx, q)
		if err != nil {
			return err
		}
		signed, err := ledger.Last(ctx, q, n.Log.Origin())
		grown = size > signed
		return err
	}); err != nil || !grown {
		return err
	}
	_, err := n.Checkpoint(ctx)
	return err
}

// SignNow signs a checkpoint of the log as it is.
func (n *Node) SignNow(ctx context.Context) (*ledger.Checkpoint, error) {
	var last *ledger.Checkpoint
	return n.sign(ctx, func(context.Context, store.Querier) error { return nil }, &last)
}

// sign signs, unless look finds in the same transaction that somebody else just did.
func (n *Node) sign(ctx context.Context, look func(context.Context, store.Querier) error, last **ledger.Checkpoint) (*ledger.Checkpoint, error) {
	if asked := n.asked.Load(); asked != nil {
		select {
		case <-*asked:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	var made *ledger.Checkpoint
	err := n.Store.Write(ctx, func(ctx context.Context, q store.Querier) error {
		made, *last = nil, nil
		if err := n.mayGoOn(ctx, q); err != nil {
			return err
		}
		if err := look(ctx, q); err != nil || *last != nil {
			return err
		}
		var err error
		made, err = n.Log.Sign(ctx, q, n.Key)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case made == nil:
		return *last, nil
	}
	at := time.Now()
	n.signedAt.Store(&at)
	return made, n.keepSigned(made)
}

// current is the last checkpoint if it will do, else nil.
func (n *Node) current(ctx context.Context, q store.Querier, own *ledger.Keyring) (*ledger.Checkpoint, error) {
	list, err := ledger.Checkpoints(ctx, q, n.Log.Origin(), 1)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	size, err := n.Log.Size(ctx, q)
	if err != nil {
		return nil, err
	}
	c, err := own.OpenCheckpoint(list[0].Note)
	if err != nil {
		return nil, err
	}
	now := n.Now()
	grown, young := size > c.Size, now.Sub(list[0].At).Abs() < signEvery
	if grown && !young || now.Sub(c.Time()).Abs() > signFresh && n.rested() {
		return nil, nil //nolint:nilnil // none that will do
	}
	return c, nil
}

// rested tells whether this process has not signed within the last second, by a
// clock that nobody sets: a log whose clock was set back is not signed at every
// request.
func (n *Node) rested() bool {
	last := n.signedAt.Load()
	return last == nil || time.Since(*last) >= signEvery
}

// mayGoOn refuses when the log was found to have lost leaves, and compares it
// with the last checkpoint that was signed from this folder.
func (n *Node) mayGoOn(ctx context.Context, q store.Querier) error {
	var body string
	err := q.QueryRowContext(ctx, "SELECT body FROM exchange_cursors WHERE partner = '' AND place = $1", placeHalt).Scan(&body)
	if err == nil {
		var h Halt
		_ = json.Unmarshal([]byte(body), &h) // even an unreadable one halts
		return haltError(h.Why)
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	raw, err := os.ReadFile(filepath.Join(n.Dir, dirKeys, fileSigned))
	if errors.Is(err, os.ErrNotExist) {
		return nil // nothing was signed from here
	}
	if err != nil {
		return &entente.Error{Kind: entente.Unavailable, Op: "sign checkpoint", Place: filepath.Join(n.Dir, dirKeys, fileSigned), Msg: "the last signed checkpoint cannot be read", Err: err}
	}
	own, err := ledger.NewKeyring(n.Key.Public())
	if err != nil {
		return err
	}
	seen, err := own.OpenCheckpoint(raw)
	if err != nil {
		return &entente.Error{Kind: entente.Invalid, Op: "sign checkpoint", Place: filepath.Join(n.Dir, dirKeys, fileSigned), Msg: "the file is not a checkpoint of this node", Err: err}
	}
	return n.Log.CheckSeen(ctx, q, seen)
}

// keepSigned writes the checkpoint beside the key. The file is replaced in one
// step; a crash before it leaves the one before, which is true as well.
func (n *Node) keepSigned(c *ledger.Checkpoint) error {
	path := filepath.Join(n.Dir, dirKeys, fileSigned)
	tmp, err := os.CreateTemp(filepath.Dir(path), ".signed-*") // 0600
	if err == nil {
		_, err = tmp.Write(c.Note)
		if err == nil {
			err = tmp.Sync()
		}
		if closing := tmp.Close(); err == nil {
			err = closing
		}
		if err == nil {
			err = os.Rename(tmp.Name(), path)
		}
		if err != nil {
			_ = os.Remove(tmp.Name())
		}
	}
	if err != nil {
		return &entente.Error{Kind: entente.Unavailable, Op: "sign checkpoint", Place: path, Msg: "the signed checkpoint could not be kept", Err: err}
	}
	return nil
}

// placeHalt is the row that stops all signing.
const placeHalt = "halt"

// Halt says why a node signs no more: its log is not the one that partners saw.
type Halt struct {
	At   time.Time `json:"at"`
	From string    `json:"from"` // the partner who had the evidence
	Why  string    `json:"why"`
	Note string    `json:"note"` // the checkpoint that the log does not carry on
}

func haltError(why string) error {
	return &entente.Error{
		Kind: entente.Conflict, Op: "sign checkpoint", Msg: "the log is not the one that partners have seen, so nothing is signed any more: " + why,
		Hint: "restore the latest backup of the store; docs/exchange.md tells what to do when there is none",
	}
}

// Seen takes a checkpoint of this node's own log that a partner holds and compares
// it with the log. When the log lost leaves or tells another history (a restored
// backup), all signing stops, in every process, until a later backup is restored.
// Errors: Invalid or Denied for a note that this node never signed; Conflict when
// the log does not carry it on.
func (n *Node) Seen(ctx context.Context, partner string, msg []byte) error {
	own, err := ledger.NewKeyring(n.Key.Public())
	if err != nil {
		return err
	}
	c, err := own.OpenCheckpoint(msg)
	if err != nil {
		return err
	}
	var found error
	err = n.Store.Read(ctx, func(ctx context.Context, q store.Querier) error {
		found = n.Log.CheckSeen(ctx, q, c)
		return nil
	})
	if err != nil || found == nil {
		return err
	}
	if !isKind(found, entente.Conflict) {
		return found
	}
	n.Logger.ErrorContext(ctx, "the log is not the one that a partner has seen; nothing is signed any more", slog.String("partner", partner), slog.Int64("size", c.Size))
	body, err := json.Marshal(Halt{At: n.Now().UTC(), From: partner, Why: found.Error(), Note: string(c.Note)})
	if err != nil {
		return err
	}
	if err := n.Store.Write(ctx, func(ctx context.Context, q store.Querier) error {
		_, err := q.ExecContext(ctx, "INSERT INTO exchange_cursors (partner, place, body, at) VALUES ('', $1, $2, $3) ON CONFLICT (partner, place) DO NOTHING", placeHalt, string(body), n.Now().UnixMicro())
		return err
	}); err != nil {
		return err
	}
	return haltError(found.Error())
}
