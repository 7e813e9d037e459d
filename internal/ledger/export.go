package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"

	"entente"
)

// The names in a folder; the tiles stand in it as [TilePath] says.
const (
	FileContents    = "contents"
	FileCheckpoint  = "checkpoint"
	DirCheckpoints  = "checkpoints"
	DirReceipts     = "receipts"
	DirOpenings     = "openings"
	DirObjects      = "objects"
	DirProofs       = "proofs"
	DirTiles        = "tile"
	ExtNote         = ".note"
	ExtOpening      = ".json"
	ExtObject       = ".json"
	ExtLeafProof    = ".tlog-proof"
	ExtConsistency  = ".consistency"
	maxFolderLeaves = 100_000_000
)

// OpeningPath is the path of a leaf's opening in a folder.
func OpeningPath(index int64) string {
	return path.Join(DirOpenings, strconv.FormatInt(index, 10)+ExtOpening)
}

// ObjectPath is the path of an object in a folder: its name is the plain
// SHA-256 of its canonical form.
func ObjectPath(hash string) string { return path.Join(DirObjects, hash+ExtObject) }

// ReceiptPath is the path of a receipt in a folder.
func ReceiptPath(id string) string { return path.Join(DirReceipts, id+ExtNote) }

// ExportOptions say what a folder shall hold.
type ExportOptions struct {
	// For names the partner who shall be able to check what concerns it: its
	// releases, receipts and deliveries, and the publication and withdrawal of what
	// was released to it. [Everybody] opens every leaf, for an auditor of the node.
	For string
	// Key signs the list of the files.
	Key *Key
	// Body gives the object behind a leaf, in any form; nil when it shall not be
	// in the folder. It is not asked for receipts.
	Body func(ctx context.Context, o *Opening) ([]byte, error)
	// Progress is called now and then with the leaves done; it may be nil. An
	// error stops the export.
	Progress func(done, total int64) error
}

// Export writes a folder that ledger/verify can check: the latest checkpoint of
// the log and the earlier ones, with their cosignatures, the tiles, the
// receipts, and openings and objects of what [ExportOptions.For] names. All of
// it is as of the latest checkpoint. The folder must not be there yet, or be
// empty; only its owner may read it.
func (l *Log) Export(ctx context.Context, q Querier, dir string, o ExportOptions) (*Contents, error) {
	switch {
	case o.Key == nil || o.Body == nil || o.For == "":
		return nil, &entente.Error{Kind: entente.Invalid, Op: "export log", Msg: "the export lacks a key, a source of objects, or for whom it is"}
	case o.Key.name != l.origin:
		return nil, &entente.Error{Kind: entente.Denied, Op: "export log", Msg: "the key is that of another log"}
	}
	last, err := lastCheckpoint(ctx, q, l.origin)
	if err != nil {
		return nil, err
	}
	if last == nil {
		return nil, &entente.Error{Kind: entente.NotFound, Op: "export log", Msg: "the log has no checkpoint yet", Hint: "sign one first"}
	}
	if last.Size > maxFolderLeaves {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "export log", Msg: fmt.Sprintf("the log has more than %d leaves", int64(maxFolderLeaves))}
	}
	w, err := newFolder(dir)
	if err != nil {
		return nil, err
	}
	defer w.close()
	e := exporter{log: l, q: q, o: o, w: w, last: last}
	if err := e.run(ctx); err != nil {
		return nil, err
	}
	c := &Contents{Log: l.origin, Size: last.Size, Root: last.Root, For: o.For, Time: l.now().UTC(), Files: w.files, Signer: o.Key.name}
	msg, err := c.sign(o.Key)
	if err != nil {
		return nil, err
	}
	return c, w.write(FileContents, msg)
}

// folder writes files and keeps their hashes.
type folder struct {
	dir   string
	root  *os.Root
	made  map[string]bool
	files []File
}

func newFolder(dir string) (*folder, error) {
	fail := func(err error) (*folder, error) {
		return nil, &entente.Error{Kind: entente.Unavailable, Op: "export log", Place: dir, Msg: "the folder cannot be made", Err: err}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fail(err)
	}
	if there, err := os.ReadDir(dir); err != nil {
		return fail(err)
	} else if len(there) > 0 {
		return nil, &entente.Error{Kind: entente.Conflict, Op: "export log", Place: dir, Msg: "the folder is not empty", Hint: "name a new one"}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fail(err)
	}
	return &folder{dir: dir, root: root, made: map[string]bool{".": true}}, nil
}

func (w *folder) close() { _ = w.root.Close() }

func (w *folder) write(name string, data []byte) error {
	err := w.mkdir(path.Dir(name))
	if err == nil {
		err = w.root.WriteFile(name, data, 0o600)
	}
	if err != nil {
		return &entente.Error{Kind: entente.Unavailable, Op: "export log", Place: path.Join(w.dir, name), Msg: "the file could not be written", Err: err}
	}
	w.files = append(w.files, File{hexHash(data), int64(len(data)), name})
	if len(w.files) > MaxFiles {
		return &entente.Error{Kind: entente.Invalid, Op: "export log", Place: w.dir, Msg: fmt.Sprintf("the folder has more than %d files", MaxFiles), Hint: "export for one partner"}
	}
	return nil
}

func (w *folder) mkdir(name string) error {
	if w.made[name] {
		return nil
	}
	if err := w.mkdir(path.Dir(name)); err != nil {
		return err
	}
	if err := w.root.Mkdir(name, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	w.made[name] = true
	return nil
}

// exporter is the state of one export.
type exporter struct {
	log    *Log
	q      Querier
	o      ExportOptions
	w      *folder
	last   *Checkpoint
	theirs map[[2]string]bool // object and version of what the partner got
	bodies map[string]bool    // objects written
}

func (e *exporter) run(ctx context.Context) error {
	if err := e.checkpoints(ctx); err != nil {
		return err
	}
	if err := e.findTheirs(ctx); err != nil {
		return err
	}
	e.bodies = map[string]bool{}
	t := Tiler{Emit: func(t TilePath, data []byte) error { return e.w.write(t.String(), data) }}
	for from := int64(0); from < e.last.Size; from += TileWidth {
		to := min(from+TileWidth, e.last.Size)
		list, err := between(ctx, e.q, from, to)
		if err != nil {
			return err
		}
		if int64(len(list)) != to-from {
			return damaged(fmt.Errorf("leaves from %d on are missing", from+int64(len(list))))
		}
		var bundle, leaf []byte
		for i := range list {
			l := list[i].Leaf()
			leaf = l.Append(leaf[:0])
			bundle = AppendEntry(bundle, leaf)
			if err := t.Add(tlog.RecordHash(leaf)); err != nil {
				return err
			}
			if err := e.open(ctx, &list[i]); err != nil {
				return err
			}
		}
		if err := e.w.write(TilePath{Entries, from / TileWidth, len(list)}.String(), bundle); err != nil {
			return err
		}
		if err := e.receipts(ctx, from, to); err != nil {
			return err
		}
		if e.o.Progress != nil {
			if err := e.o.Progress(to, e.last.Size); err != nil {
				return err
			}
		}
	}
	if err := t.End(); err != nil {
		return err
	}
	if t.Root() != e.last.Root {
		return damaged(fmt.Errorf("the leaves do not give the root that was signed for %d of them", e.last.Size))
	}
	return nil
}

func (e *exporter) checkpoints(ctx context.Context) error {
	list, err := Checkpoints(ctx, e.q, e.log.origin, MaxCheckpoints)
	if err != nil {
		return err
	}
	for _, c := range list {
		name := path.Join(DirCheckpoints, strconv.FormatInt(c.Size, 10)+ExtNote)
		if c.Size == e.last.Size {
			name = FileCheckpoint
		}
		if err := e.w.write(name, c.Note); err != nil {
			return err
		}
	}
	return nil
}

// findTheirs lists what was released to the partner.
func (e *exporter) findTheirs(ctx context.Context) error {
	if e.o.For == Everybody {
		return nil
	}
	e.theirs = map[[2]string]bool{}
	for from := int64(0); from < e.last.Size; from += TileWidth {
		list, err := between(ctx, e.q, from, min(from+TileWidth, e.last.Size))
		if err != nil {
			return err
		}
		for i := range list {
			if o := &list[i]; o.Kind == Released && o.Partner == e.o.For {
				e.theirs[[2]string{o.Object, o.Version}] = true
			}
		}
	}
	return nil
}

// opens tells whether the folder's reader may see behind a leaf.
func (e *exporter) opens(o *Opening) bool {
	if e.o.For == Everybody || o.Partner == e.o.For {
		return true
	}
	return (o.Kind == Published || o.Kind == Withdrawn) && e.theirs[[2]string{o.Object, o.Version}]
}

// open writes a leaf's opening and its object.
func (e *exporter) open(ctx context.Context, o *Opening) error {
	if !e.opens(o) {
		return nil
	}
	switch {
	case o.Digest == "": // a withdrawal without an object
	case o.Kind == Receipted:
		list, err := receipts(ctx, e.q, "leaf = $1", o.Index)
		if err != nil {
			return err
		}
		if len(list) == 1 { // a node may log receipts without keeping them here
			o.Body = list[0].ID()
		}
	default:
		body, err := e.o.Body(ctx, o)
		if err != nil {
			return err
		}
		if body != nil {
			if err := e.object(o, body); err != nil {
				return err
			}
		}
	}
	return e.w.write(OpeningPath(o.Index), o.Append(nil))
}

func (e *exporter) object(o *Opening, body []byte) error {
	if err := o.CheckBody(body); err != nil {
		return err
	}
	canonical, err := Canonical(body)
	if err != nil {
		return err
	}
	o.Body = hexHash(canonical)
	if e.bodies[o.Body] {
		return nil
	}
	e.bodies[o.Body] = true
	return e.w.write(ObjectPath(o.Body), canonical)
}

func (e *exporter) receipts(ctx context.Context, from, to int64) error {
	who := e.o.For
	if who == Everybody {
		who = ""
	}
	list, err := receipts(ctx, e.q, "leaf >= $1 AND leaf < $2 AND ($3 = '' OR partner = $3) ORDER BY leaf", from, to, who)
	if err != nil {
		return err
	}
	for _, r := range list {
		if err := e.w.write(ReceiptPath(r.ID()), r.Note); err != nil {
			return err
		}
	}
	return nil
}

// Prove gives the proof that a leaf is in the tree of the latest checkpoint: it
// goes to the partner together with the opening and the object. NotFound when
// no checkpoint covers the leaf yet.
func (l *Log) Prove(ctx context.Context, q Querier, index int64) (*LeafProof, error) {
	last, err := lastCheckpoint(ctx, q, l.origin)
	if err != nil {
		return nil, err
	}
	if last == nil || last.Size <= index {
		return nil, &entente.Error{Kind: entente.NotFound, Op: "prove", Place: fmt.Sprintf("leaf %d", index), Msg: "no checkpoint covers the leaf yet", Hint: "sign one first"}
	}
	hashes, err := l.ProveLeaf(ctx, q, index, last.Size)
	if err != nil {
		return nil, err
	}
	return &LeafProof{Index: index, Hashes: hashes, Note: last.Note}, nil
}
