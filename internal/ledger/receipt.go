package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"entente"
)

// receiptForm is the first line of a receipt.
const receiptForm = "entente-receipt/v1"

// Receipt is a partner's signed statement: at this time it held this version of
// this object, recorded in this leaf of a log that had this size and root.
type Receipt struct {
	Log     string
	Size    int64
	Root    tlog.Hash
	Leaf    int64
	Object  string
	Version string
	Digest  string // as in the leaf: what the partner worked out from what it got
	Time    time.Time
	Partner string // who signed
	Note    []byte
}

// text is the receipt's text: one line per value.
func (r *Receipt) text() string {
	return fmt.Sprintf("%s\nlog %s\nsize %d\nroot %s\nleaf %d\nobject %s\nversion %s\ndigest %s\ntime %s\n",
		receiptForm, r.Log, r.Size, r.Root, r.Leaf, r.Object, r.Version, r.Digest, r.Time.UTC().Format(timeForm))
}

// ID is the plain SHA-256 of the signed note (hexadecimal).
func (r *Receipt) ID() string { return hexHash(r.Note) }

func hexHash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// SignReceipt is what a partner does with a release: it checks that the leaf is
// in the log (the proof carries the signed checkpoint), that the leaf is a
// release to the partner itself, and that the body is the one recorded; then it
// signs a receipt.
func SignReceipt(ring *Keyring, key *Key, proof []byte, o *Opening, body []byte, now time.Time) (*Receipt, error) {
	fail := func(msg string) (*Receipt, error) {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "sign receipt", Place: o.Object, Msg: msg}
	}
	p, err := ParseLeafProof(proof)
	if err != nil {
		return nil, err
	}
	c, err := ring.OpenCheckpoint(p.Note)
	if err != nil {
		return nil, err
	}
	switch {
	case o.Kind != Released || o.Partner != key.name:
		return fail("the leaf is no release to " + key.name)
	case p.Index != o.Index:
		return fail(fmt.Sprintf("the proof is of leaf %d, not of leaf %d", p.Index, o.Index))
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	leaf := o.Leaf()
	if err := p.Check(c, leaf.Append(nil)); err != nil {
		return nil, err
	}
	if err := o.CheckBody(body); err != nil {
		return nil, err
	}
	r := &Receipt{Log: c.Origin, Size: c.Size, Root: c.Root, Leaf: o.Index, Object: o.Object, Version: o.Version, Digest: o.Digest, Time: now.UTC().Truncate(time.Microsecond), Partner: key.name}
	if r.Note, err = note.Sign(&note.Note{Text: r.text()}, key.signer()); err != nil {
		return nil, &entente.Error{Kind: entente.Internal, Op: "sign receipt", Msg: "the receipt could not be signed", Err: err}
	}
	return r, nil
}

// OpenReceipt reads a receipt and checks its form and its one signature. It
// does not look into the log: see [Log.AddReceipt] and ledger/verify.
func (ring *Keyring) OpenReceipt(msg []byte) (*Receipt, error) {
	text, sigs, _, err := ring.open("read receipt", msg, MaxNote)
	if err != nil {
		return nil, err
	}
	r, err := parseReceiptText(text)
	if err != nil {
		return nil, err
	}
	if _, lines, _ := splitNote("read receipt", msg); len(lines) != 1 || len(sigs) != 1 || !sigs[0].Time.IsZero() {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "read receipt", Msg: "a receipt has one signature, the partner's"}
	}
	r.Partner, r.Note = sigs[0].Name, msg
	return r, nil
}

func parseReceiptText(text string) (*Receipt, error) {
	bad := &entente.Error{Kind: entente.Invalid, Op: "read receipt", Msg: "this is not a receipt of the form " + receiptForm}
	lines := strings.Split(text, "\n")
	if len(text) > MaxLeaf || len(lines) != 10 || lines[0] != receiptForm {
		return nil, bad
	}
	value := func(i int, word string) string {
		v, ok := strings.CutPrefix(lines[i], word+" ")
		if !ok {
			return ""
		}
		return v
	}
	r := &Receipt{Log: value(1, "log"), Object: value(5, "object"), Version: value(6, "version"), Digest: value(7, "digest")}
	var errs [4]error
	r.Size, errs[0] = parseCount(lines[2], "size")
	r.Root, errs[1] = parseHash(value(3, "root"))
	r.Leaf, errs[2] = parseCount(lines[4], "leaf")
	r.Time, errs[3] = parseTime(value(8, "time"))
	for _, err := range errs {
		if err != nil {
			return nil, bad
		}
	}
	if r.text() != text || r.Leaf >= r.Size || checkOrigin(r.Log) != nil || r.Object == "" || r.Version == "" || !isDigest(r.Digest) {
		return nil, bad
	}
	return r, nil
}
