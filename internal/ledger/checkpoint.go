package ledger

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"entente"
)

// MaxNote bounds a signed checkpoint, a receipt and a proof, in bytes.
const MaxNote = 64 << 10

// Checkpoint is what a log said of itself at one time, signed: its size and
// the root of its tree.
type Checkpoint struct {
	Origin string
	Size   int64
	Root   tlog.Hash
	// Signatures are those of trusted keys, the log's own among them.
	Signatures []Signature
	// Unknown are the names under which keys that are not trusted signed.
	Unknown []string
	// Note is the signed text.
	Note []byte
}

// checkpointText is the text of a checkpoint (C2SP tlog-checkpoint): origin,
// size and root on a line each.
func checkpointText(origin string, size int64, root tlog.Hash) string {
	return fmt.Sprintf("%s\n%d\n%s\n", origin, size, root)
}

// ParseCheckpointText reads the text of a checkpoint, unsigned. Extension lines
// are refused: no log of ours writes them.
func ParseCheckpointText(text string) (*Checkpoint, error) {
	bad := &entente.Error{Kind: entente.Invalid, Op: "read checkpoint", Msg: "this is not a checkpoint: origin, size and root on a line each"}
	if len(text) > 1000 {
		return nil, bad
	}
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return nil, bad
	}
	c := &Checkpoint{Origin: lines[0]}
	var err error
	if c.Size, err = strconv.ParseInt(lines[1], 10, 64); err != nil || c.Size < 0 || c.Size > MaxLeaves {
		return nil, bad
	}
	if c.Root, err = parseHash(lines[2]); err != nil {
		return nil, bad
	}
	if checkpointText(c.Origin, c.Size, c.Root) != text || checkOrigin(c.Origin) != nil {
		return nil, bad
	}
	return c, nil
}

// MaxLeaves bounds the size of a log: a number that no log of ours reaches, and
// that no sum of sizes overflows with.
const MaxLeaves = 1 << 40

// parseHash reads a hash in its one base64 form.
func parseHash(s string) (tlog.Hash, error) {
	var h tlog.Hash
	if !isHash(s) {
		return h, &entente.Error{Kind: entente.Invalid, Op: "read log", Msg: "a hash is not 32 bytes in base64"}
	}
	b, err := base64.StdEncoding.DecodeString(s)
	copy(h[:], b)
	return h, err
}

// OpenCheckpoint reads a signed checkpoint and checks its signatures. It must
// carry that of a trusted key of the log's own name; signatures of unknown keys
// are left out. Errors: Invalid for a note that was changed, Denied for one that
// no trusted key of the log signed.
func (ring *Keyring) OpenCheckpoint(msg []byte) (*Checkpoint, error) {
	text, sigs, unknown, err := ring.open("read checkpoint", msg, MaxNote)
	if err != nil {
		return nil, err
	}
	c, err := ParseCheckpointText(text)
	if err != nil {
		return nil, err
	}
	c.Signatures, c.Unknown, c.Note = sigs, unknown, msg
	for _, s := range sigs {
		if s.Name == c.Origin && s.Time.IsZero() {
			return c, nil
		}
	}
	return nil, &entente.Error{Kind: entente.Denied, Op: "read checkpoint", Place: c.Origin, Msg: "the log itself has not signed it", Hint: "is the log's own key among the trusted keys?"}
}

// Time is when the log says that it made the checkpoint, to the second: its own
// timestamped signature. Zero when there is none.
func (c *Checkpoint) Time() time.Time {
	for _, s := range c.Signatures {
		if s.Name == c.Origin && !s.Time.IsZero() {
			return s.Time
		}
	}
	return time.Time{}
}

// Witnesses are the cosignatures of others than the log.
func (c *Checkpoint) Witnesses() []Signature {
	var out []Signature
	for _, s := range c.Signatures {
		if s.Name != c.Origin && !s.Time.IsZero() {
			out = append(out, s)
		}
	}
	return out
}

// sign makes a signed checkpoint: the plain signature of the log, and its
// timestamped one, which says when.
func (k *Key) signCheckpoint(size int64, root tlog.Hash, seconds int64) ([]byte, error) {
	return note.Sign(&note.Note{Text: checkpointText(k.name, size, root)}, k.signer(), k.cosigner(seconds))
}
