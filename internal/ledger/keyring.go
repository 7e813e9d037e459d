package ledger

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"entente"
)

// MaxKeys bounds a keyring.
const MaxKeys = 10_000

// Keyring is the set of public keys that somebody trusts. It is a
// note.Verifiers.
type Keyring struct {
	keys map[ringKey]*verifier
}

type ringKey struct {
	name string
	id   uint32
}

// verifier checks the signatures of one key in one of its uses.
type verifier struct {
	name   string
	id     uint32
	pub    ed25519.PublicKey
	cosign bool
}

func (v *verifier) Name() string    { return v.name }
func (v *verifier) KeyHash() uint32 { return v.id }

func (v *verifier) Verify(msg, sig []byte) bool {
	if !v.cosign {
		return ed25519.Verify(v.pub, msg, sig)
	}
	at, sig, ok := cosignTime(sig)
	return ok && ed25519.Verify(v.pub, cosigned(at.Unix(), msg), sig)
}

// cosignTime splits a timestamped signature.
func cosignTime(sig []byte) (at time.Time, rest []byte, ok bool) {
	if len(sig) != 8+ed25519.SignatureSize {
		return time.Time{}, nil, false
	}
	seconds := binary.BigEndian.Uint64(sig)
	if seconds > math.MaxUint32*64 { // the year 10680: no clock goes there
		return time.Time{}, nil, false
	}
	return time.Unix(int64(seconds), 0).UTC(), sig[8:], true //nolint:gosec // bounded above
}

// NewKeyring reads public keys: each is "name+id+key" as [Key.Public] writes
// it, of Ed25519 (type 1: the node's checkpoints, cosignatures and receipts) or
// of a witness (type 4: cosignatures only). Empty lines and lines that begin
// with "//" are left out, so the lines of a file may be given as they are.
func NewKeyring(keys ...string) (*Keyring, error) {
	if len(keys) > MaxKeys {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "read keys", Msg: fmt.Sprintf("more than %d keys", MaxKeys)}
	}
	r := &Keyring{keys: map[ringKey]*verifier{}}
	for i, text := range keys {
		text = strings.TrimSpace(text)
		if text == "" || strings.HasPrefix(text, "//") {
			continue
		}
		if err := r.add(text); err != nil {
			return nil, &entente.Error{Kind: entente.Invalid, Op: "read keys", Place: fmt.Sprintf("key %d", i+1), Msg: err.Error(), Hint: "a public key looks like entente.mfa.example/log+1a2b3c4d+AQ…"}
		}
	}
	return r, nil
}

func (ring *Keyring) add(text string) error {
	if strings.HasPrefix(text, "PRIVATE+KEY+") {
		return fmt.Errorf("this is a private key: keep it to yourself, and name the public one")
	}
	name, rest, _ := strings.Cut(text, "+")
	hexID, b64, _ := strings.Cut(rest, "+")
	id, err1 := strconv.ParseUint(hexID, 16, 32)
	raw, err2 := base64.StdEncoding.Strict().DecodeString(b64)
	if len(hexID) != 8 || err1 != nil || err2 != nil || strings.ContainsAny(b64, "\r\n") || len(raw) != 1+ed25519.PublicKeySize {
		return fmt.Errorf("this is not a public key")
	}
	if err := checkOrigin(name); err != nil {
		return err
	}
	if keyID(name, raw) != uint32(id) {
		return fmt.Errorf("the key's id does not fit the key: it was changed or cut off")
	}
	switch raw[0] {
	case algEd25519:
		ring.put(name, algEd25519, raw[1:])
		ring.put(name, algCosign, raw[1:])
	case algCosign:
		ring.put(name, algCosign, raw[1:])
	default:
		return fmt.Errorf("the key is of type %d; this program knows 1 and 4", raw[0])
	}
	return nil
}

func (ring *Keyring) put(name string, alg byte, pub []byte) {
	id := keyID(name, append([]byte{alg}, pub...))
	ring.keys[ringKey{name, id}] = &verifier{name, id, pub, alg == algCosign}
}

// Len is the number of verifiers: two for a node's key, one for a witness's.
func (ring *Keyring) Len() int { return len(ring.keys) }

// Verifier finds the verifier of a signature line.
func (ring *Keyring) Verifier(name string, id uint32) (note.Verifier, error) {
	if v, ok := ring.keys[ringKey{name, id}]; ok {
		return v, nil
	}
	return nil, &note.UnknownVerifierError{Name: name, KeyHash: id}
}

// Signature is a signature that was checked.
type Signature struct {
	Name string
	// Time is when a cosignature says it was made, to the second; zero for a
	// plain signature.
	Time time.Time
}

// open checks a note's form and signatures. Besides the rules of C2SP
// signed-note it wants every base64 in its one canonical form and no signer
// twice, so that no byte of a note can change unseen. Unknown are the names in
// signature lines of keys that are not trusted.
func (ring *Keyring) open(op string, msg []byte, most int) (text string, sigs []Signature, unknown []string, err error) {
	if len(msg) > most {
		return "", nil, nil, &entente.Error{Kind: entente.Invalid, Op: op, Msg: fmt.Sprintf("the note has %d bytes, more than %d", len(msg), most)}
	}
	if _, _, err := splitNote(op, msg); err != nil {
		return "", nil, nil, err
	}
	n, err := note.Open(msg, ring)
	if err != nil {
		e := &entente.Error{Kind: entente.Denied, Op: op, Msg: "no trusted key has signed it"}
		if bad, ok := err.(*note.InvalidSignatureError); ok { //nolint:errorlint // as the library returns it
			e.Kind, e.Msg = entente.Invalid, "the signature of "+bad.Name+" does not fit the text: one of the two was changed"
		} else if _, ok := err.(*note.UnverifiedNoteError); !ok { //nolint:errorlint // as the library returns it
			e.Kind, e.Msg = entente.Invalid, "this is not a signed note"
		}
		return "", nil, nil, e
	}
	for _, s := range n.Sigs {
		v := ring.keys[ringKey{s.Name, s.Hash}]
		sig := Signature{Name: s.Name}
		if v.cosign {
			raw, _ := base64.StdEncoding.DecodeString(s.Base64) // it was checked
			sig.Time, _, _ = cosignTime(raw[4:])
		}
		sigs = append(sigs, sig)
	}
	for _, s := range n.UnverifiedSigs {
		unknown = append(unknown, s.Name)
	}
	return n.Text, sigs, unknown, nil
}

// sigLine is a signature line of a note.
type sigLine struct {
	name string
	id   uint32
	line string // with its newline
}

// maxSignatures bounds the signature lines of a note.
const maxSignatures = 100

// splitNote splits a note into its text and its signature lines.
func splitNote(op string, msg []byte) (text string, lines []sigLine, err error) {
	bad := &entente.Error{Kind: entente.Invalid, Op: op, Msg: "this is not a signed note"}
	s := string(msg)
	i := strings.LastIndex(s, "\n\n")
	if i < 0 || !strings.HasSuffix(s, "\n") {
		return "", nil, bad
	}
	text, rest := s[:i+1], s[i+2:]
	for rest != "" {
		line, after, _ := strings.Cut(rest, "\n")
		rest = after
		body, ok := strings.CutPrefix(line, "— ")
		name, b64, ok2 := strings.Cut(body, " ")
		raw, err := base64.StdEncoding.Strict().DecodeString(b64)
		if !ok || !ok2 || err != nil || strings.ContainsAny(b64, "\r\n") || len(raw) < 5 || len(lines) == maxSignatures {
			return "", nil, bad
		}
		l := sigLine{name, binary.BigEndian.Uint32(raw), line + "\n"}
		for _, other := range lines {
			if other.name == l.name && other.id == l.id {
				bad.Msg = "a signer stands twice under the note"
				return "", nil, bad
			}
		}
		lines = append(lines, l)
	}
	if len(lines) == 0 {
		return "", nil, bad
	}
	return text, lines, nil
}

// mergeNotes puts the signatures of two notes over one text together; those of
// the second replace the first's.
func mergeNotes(op string, first, second []byte) ([]byte, error) {
	text, lines, err := splitNote(op, first)
	if err != nil {
		return nil, err
	}
	text2, more, err := splitNote(op, second)
	if err != nil {
		return nil, err
	}
	if text != text2 {
		return nil, &entente.Error{Kind: entente.Conflict, Op: op, Msg: "the two notes are about different things"}
	}
	for _, l := range more {
		there := false
		for i := range lines {
			if lines[i].name == l.name && lines[i].id == l.id {
				lines[i], there = l, true
			}
		}
		if !there {
			lines = append(lines, l)
		}
	}
	if len(lines) > maxSignatures {
		return nil, &entente.Error{Kind: entente.Invalid, Op: op, Msg: fmt.Sprintf("the note would carry more than %d signatures", maxSignatures)}
	}
	var b strings.Builder
	b.WriteString(text + "\n")
	for _, l := range lines {
		b.WriteString(l.line)
	}
	return []byte(b.String()), nil
}
