package ledger

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"entente"
)

// Witness looks at the checkpoints of partners' logs and cosigns those that
// carry on what it saw before.
type Witness struct {
	Key  *Key
	Ring *Keyring         // the partners' keys
	Now  func() time.Time // the clock
	// Tolerance is how far the clocks of two nodes may be apart, and how old a
	// checkpoint may be when it is cosigned. It must be positive; [DefaultTolerance]
	// is usual.
	Tolerance time.Duration
}

// DefaultTolerance is the usual one of a [Witness] and of verification.
const DefaultTolerance = 5 * time.Minute

// Observed is what came of looking at a checkpoint.
type Observed struct {
	*Checkpoint
	// Cosigned is the note with the witness's cosignature; nil with Split.
	Cosigned []byte
	// Split is the proof that the log shows different histories to different
	// people; both notes are kept. Nil when all is well.
	Split *Split
}

// Split is two checkpoints, both signed by the log, that are not of one history.
type Split struct {
	Origin string
	A, B   []byte // the signed notes
	// Certain is true for two roots of one size: nobody but the log can have made
	// them. It is false for a proof that does not hold, which can also be a fault
	// of the way: ask again, and compare with other partners.
	Certain bool
	Why     string
}

// Last gives the largest checkpoint of an origin that was seen; size 0 when
// there is none. A partner asks for the proof from there.
func Last(ctx context.Context, q Querier, origin string) (size int64, err error) {
	c, err := lastCheckpoint(ctx, q, origin)
	if c == nil || err != nil {
		return 0, err
	}
	return c.Size, nil
}

// Observe checks a checkpoint of a partner's log: its signature, that it is
// fresh, and with the proof that it carries on the largest one seen before. It
// keeps the checkpoint and cosigns it.
//
// Two roots for one size, or a proof that does not hold, are returned as a
// [Split], not as an error, so that the caller commits the transaction and the
// evidence is kept.
//
// Errors: Conflict for a checkpoint older than what was seen; Denied and Invalid
// as for [Keyring.OpenCheckpoint]; Invalid for one that is not fresh.
func (w *Witness) Observe(ctx context.Context, q Querier, msg []byte, proof tlog.TreeProof) (*Observed, error) {
	if w.Tolerance <= 0 {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "cosign", Msg: "the tolerance must be positive"}
	}
	c, err := w.Ring.OpenCheckpoint(msg)
	if err != nil {
		return nil, err
	}
	now := w.Now()
	at := c.Time()
	switch {
	case c.Origin == w.Key.name:
		return nil, &entente.Error{Kind: entente.Invalid, Op: "cosign", Place: c.Origin, Msg: "a node is no witness of its own log"}
	case at.IsZero():
		return nil, &entente.Error{Kind: entente.Invalid, Op: "cosign", Place: c.Origin, Msg: "the log does not say when it made the checkpoint"}
	case now.Sub(at).Abs() > w.Tolerance:
		return nil, &entente.Error{
			Kind: entente.Invalid, Op: "cosign", Place: c.Origin, Msg: fmt.Sprintf("the checkpoint says %s, and here it is %s", at.Format(time.RFC3339), now.UTC().Format(time.RFC3339)),
			Hint: fmt.Sprintf("ask for a new one; if that does not help, compare the clocks (%s are allowed)", w.Tolerance),
		}
	}
	split, err := w.otherRoot(ctx, q, c)
	if err == nil && split == nil {
		split, err = w.carriesOn(ctx, q, c, proof)
	}
	if err != nil {
		return nil, err
	}
	if split != nil {
		return &Observed{Checkpoint: c, Split: split}, w.keepEvidence(ctx, q, c, now)
	}
	signed, err := cosign(c, w.Key, now)
	if err != nil {
		return nil, err
	}
	c.Note = signed
	if _, err := keepCheckpoint(ctx, q, c, now.UnixMicro(), true); err != nil {
		return nil, err
	}
	return &Observed{Checkpoint: c, Cosigned: signed}, nil
}

// maxEvidence bounds the checkpoints of one log that are kept as evidence, so
// that a partner cannot fill the disk with them.
const maxEvidence = 100

func (w *Witness) keepEvidence(ctx context.Context, q Querier, c *Checkpoint, now time.Time) error {
	var n int
	if err := q.QueryRowContext(ctx, "SELECT count(*) FROM ledger_checkpoints WHERE origin = $1 AND proven = 0", c.Origin).Scan(&n); err != nil || n >= maxEvidence {
		return err
	}
	_, err := keepCheckpoint(ctx, q, c, now.UnixMicro(), false)
	return err
}

// otherRoot finds a checkpoint of the same size and another root.
func (w *Witness) otherRoot(ctx context.Context, q Querier, c *Checkpoint) (*Split, error) {
	other, err := oneCheckpoint(ctx, q, "SELECT size, root, note FROM ledger_checkpoints WHERE origin = $1 AND size = $2 AND root <> $3 ORDER BY at LIMIT 1", c.Origin, c.Size, c.Root.String())
	if other == nil || err != nil {
		return nil, err
	}
	return &Split{Origin: c.Origin, A: other.Note, B: c.Note, Certain: true, Why: fmt.Sprintf("the log signed two roots for its first %d leaves", c.Size)}, nil
}

// carriesOn checks the consistency proof from the largest checkpoint seen.
func (w *Witness) carriesOn(ctx context.Context, q Querier, c *Checkpoint, proof tlog.TreeProof) (*Split, error) {
	last, err := lastCheckpoint(ctx, q, c.Origin)
	switch {
	case err != nil || last == nil || last.Size == 0 || last.Size == c.Size:
		return nil, err // of the same size with the same root: otherRoot has seen to that
	case c.Size < last.Size:
		return nil, &entente.Error{Kind: entente.Conflict, Op: "cosign", Place: c.Origin, Msg: fmt.Sprintf("the checkpoint has %d leaves, and one of %d was seen before", c.Size, last.Size), Hint: "ask for the latest one"}
	}
	if tlog.CheckTree(proof, c.Size, c.Root, last.Size, last.Root) != nil {
		return &Split{Origin: c.Origin, A: last.Note, B: c.Note, Why: fmt.Sprintf("the log's proof from %d to %d leaves does not hold", last.Size, c.Size)}, nil
	}
	return nil, nil
}

// cosign adds a cosignature/v1 to a checkpoint.
func cosign(c *Checkpoint, key *Key, now time.Time) ([]byte, error) {
	text, _, err := splitNote("cosign", c.Note)
	if err != nil {
		return nil, err
	}
	own, err := note.Sign(&note.Note{Text: text}, key.cosigner(now.Unix()))
	if err != nil {
		return nil, &entente.Error{Kind: entente.Internal, Op: "cosign", Msg: "the checkpoint could not be cosigned", Err: err}
	}
	return mergeNotes("cosign", c.Note, own)
}
