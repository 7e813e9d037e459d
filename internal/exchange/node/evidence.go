package node

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"

	"entente"
	"entente/internal/exchange/partner"
	"entente/internal/ledger"
	"entente/internal/store"
)

// ExportEvidence writes the folder that proves what a partner handed to this node:
// each object for which a receipt was given, the partner's own proof that its log
// records the release, the receipt, and every checkpoint of that log that was seen.
// This node signs the list of it. It can be checked, and put beside the folders of
// other partners, when the partner's own log is gone or says something else.
//
// The partner is asked for the proofs that its checkpoints are of one history. When
// it does not give them the folder is written all the same, and unproven in that.
func (n *Node) ExportEvidence(ctx context.Context, dir, from string) (*ledger.Contents, error) {
	p, _, err := n.partner(ctx, from)
	if err != nil {
		return nil, err
	}
	ring, err := n.ring(p)
	if err != nil {
		return nil, err
	}
	undo, err := emptyFolder(dir)
	if err != nil {
		return nil, err
	}
	e := evidence{n: n, p: p, ring: ring, dir: dir, sizes: map[int64]tlog.Hash{}, written: map[string]bool{}}
	c, err := e.write(ctx)
	if err != nil {
		for _, name := range []string{ledger.DirCheckpoints, ledger.DirObjects, ledger.DirOpenings, ledger.DirProofs, ledger.DirReceipts, ledger.FileContents} {
			_ = os.RemoveAll(filepath.Join(dir, name)) // made just now
		}
		undo()
		return nil, err
	}
	return c, nil
}

// evidence is one folder on its way.
type evidence struct {
	n       *Node
	p       *partner.Partner
	ring    *ledger.Keyring
	dir     string
	sizes   map[int64]tlog.Hash // of the checkpoints in it
	written map[string]bool
	files   []ledger.File
}

func (e *evidence) write(ctx context.Context) (*ledger.Contents, error) {
	if err := e.n.Store.Read(ctx, func(ctx context.Context, q store.Querier) error {
		if err := e.checkpoints(ctx, q); err != nil {
			return err
		}
		return e.objects(ctx, q)
	}); err != nil {
		return nil, err
	}
	if len(e.sizes) == 0 {
		return nil, &entente.Error{Kind: entente.NotFound, Op: "export evidence", Place: e.p.ID, Msg: "nothing of the partner's log was seen yet", Hint: "entente sync " + e.p.ID}
	}
	if err := e.connect(ctx); err != nil {
		e.n.Logger.WarnContext(ctx, "the partner did not prove that its checkpoints are of one history", slog.String("partner", e.p.ID), slog.Any("error", err))
	}
	// It promises its files and no leaves of the log: those the partner has.
	c := &ledger.Contents{Log: e.p.LogName(), Root: new(ledger.Frontier).Root(), For: e.n.Log.Origin(), Time: e.n.Now().UTC(), Files: e.files}
	msg, err := c.Sign(e.n.Key)
	if err != nil {
		return nil, err
	}
	return c, e.file(ledger.FileContents, msg)
}

// checkpoints writes what was seen of the partner's log, evidence against it too.
func (e *evidence) checkpoints(ctx context.Context, q store.Querier) error {
	list, err := ledger.Checkpoints(ctx, q, e.p.LogName(), ledger.MaxCheckpoints)
	if err != nil {
		return err
	}
	for i := range list {
		if err := e.checkpoint(list[i].Size, list[i].Root, list[i].Note); err != nil {
			return err
		}
	}
	return nil
}

func (e *evidence) checkpoint(size int64, root tlog.Hash, note []byte) error {
	e.sizes[size] = root
	sum := sha256.Sum256(root[:])
	return e.once(path.Join(ledger.DirCheckpoints, strconv.FormatInt(size, 10)+"-"+hex.EncodeToString(sum[:4])+ledger.ExtNote), note)
}

// objects writes what was received and receipted.
func (e *evidence) objects(ctx context.Context, q store.Querier) error {
	rows, err := q.QueryContext(ctx, "SELECT receipt, body FROM exchange_inbox WHERE partner = $1 AND receipted > 0 ORDER BY n", e.p.ID)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // its fault shows in Err
	for rows.Next() {
		var receipt string
		var body []byte
		if err := rows.Scan(&receipt, &body); err != nil {
			return err
		}
		var x Evidence
		if err := json.Unmarshal([]byte(receipt), &x); err != nil {
			return &entente.Error{Kind: entente.Unavailable, Op: "export evidence", Place: e.p.ID, Msg: "a kept receipt cannot be read", Hint: "restore the latest backup"}
		}
		if err := e.object(&x, body); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (e *evidence) object(x *Evidence, body []byte) error {
	o, err := ledger.ParseOpening([]byte(x.Opening))
	if err != nil {
		return err
	}
	proof, err := ledger.ParseLeafProof([]byte(x.Proof))
	if err != nil {
		return err
	}
	c, err := e.ring.OpenCheckpoint(proof.Note)
	if err != nil {
		return err
	}
	receipt, err := e.ring.OpenReceipt([]byte(x.Receipt))
	if err != nil {
		return err
	}
	canonical, err := ledger.Canonical(body)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(canonical)
	o.Body = hex.EncodeToString(sum[:])
	e.sizes[c.Size] = c.Root
	return errors.Join(
		e.once(ledger.ObjectPath(o.Body), canonical),
		e.once(ledger.OpeningPath(o.Index), o.Append(nil)),
		e.once(path.Join(ledger.DirProofs, strconv.FormatInt(o.Index, 10)+ledger.ExtLeafProof), []byte(x.Proof)),
		e.once(ledger.ReceiptPath(receipt.ID()), []byte(x.Receipt)),
	)
}

// connect asks the partner to prove that each checkpoint carries on the one before.
func (e *evidence) connect(ctx context.Context) error {
	list := slices.Sorted(maps.Keys(e.sizes))
	if len(list) < 2 {
		return nil
	}
	r, err := e.n.dial(e.p)
	if err != nil {
		return err
	}
	defer r.close()
	for i, newer := range list[1:] {
		older := list[i]
		if older == 0 {
			continue
		}
		c := ledger.Checkpoint{Origin: e.p.LogName(), Size: newer}
		hashes, err := r.consistency(ctx, &c, older)
		if err != nil {
			return err
		}
		proof := ledger.TreeProof{Origin: c.Origin, Older: older, Newer: newer, Hashes: hashes}
		if err := e.once(path.Join(ledger.DirProofs, fmt.Sprintf("%d-%d%s", older, newer, ledger.ExtConsistency)), proof.Text()); err != nil {
			return err
		}
	}
	return nil
}

// once writes a file, the first time that it is named.
func (e *evidence) once(name string, data []byte) error {
	if e.written[name] {
		return nil
	}
	e.written[name] = true
	if len(e.files) >= ledger.MaxFiles-1 {
		return &entente.Error{Kind: entente.Invalid, Op: "export evidence", Place: e.dir, Msg: "the folder would have too many files"}
	}
	sum := sha256.Sum256(data)
	e.files = append(e.files, ledger.File{SHA256: hex.EncodeToString(sum[:]), Size: int64(len(data)), Path: name})
	return e.file(name, data)
}

func (e *evidence) file(name string, data []byte) error {
	full := filepath.Join(e.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
		return &entente.Error{Kind: entente.Unavailable, Op: "export evidence", Place: full, Msg: "the folder cannot be made", Err: err}
	}
	return writeNew(full, data)
}
