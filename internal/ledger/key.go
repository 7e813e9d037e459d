package ledger

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"

	"entente"
)

// The signature types of C2SP signed-note that the log uses.
const (
	algEd25519 = 0x01 // Ed25519 over the note's text
	algCosign  = 0x04 // timestamped Ed25519 (tlog-cosignature, cosignature/v1)
)

// reserved lists the first lines of what the same keys sign beside
// checkpoints; a log must not have such a name, or one signature could pass for
// the other.
var reserved = []string{"cosignature/v1", receiptForm, contentsForm}

// Key is a node's private signing key: Ed25519, with the node's name. With it
// the node signs its checkpoints and its receipts and cosigns the checkpoints of
// partners. It shows only its public part however it is printed.
type Key struct {
	name string
	priv ed25519.PrivateKey
}

// GenerateKey makes a key from 32 bytes of a source of randomness. The name is
// that of the node's log: an address without a scheme.
func GenerateKey(random io.Reader, name string) (*Key, error) {
	if err := checkOrigin(name); err != nil {
		return nil, err
	}
	seed, err := readSalt(random)
	if err != nil {
		return nil, err
	}
	return &Key{name, ed25519.NewKeyFromSeed(seed[:])}, nil
}

// checkOrigin holds a name to the rules for key names and origins.
func checkOrigin(name string) error {
	fault := ""
	switch {
	case name == "":
		fault = "it is empty"
	case len(name) > 200:
		fault = "it is longer than 200 bytes"
	case !utf8.ValidString(name), strings.ContainsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), strings.Contains(name, "+"):
		fault = "it holds a space, a control character or a plus sign"
	}
	for _, r := range reserved {
		if name == r {
			fault = "it is a word of the log's own formats"
		}
	}
	if fault == "" {
		return nil
	}
	return &entente.Error{Kind: entente.Invalid, Op: "name of a log", Msg: "the name cannot be used: " + fault, Hint: "take an address without https://, such as entente.mfa.example/log"}
}

// Name is the key's name.
func (k *Key) Name() string { return k.name }

// Public is the public key in the form of C2SP signed-note: name, key id and
// key. Partners put it among their trusted keys.
func (k *Key) Public() string {
	key := append([]byte{algEd25519}, k.pub()...)
	return fmt.Sprintf("%s+%08x+%s", k.name, keyID(k.name, key), base64.StdEncoding.EncodeToString(key))
}

func (k *Key) pub() ed25519.PublicKey { return k.priv.Public().(ed25519.PublicKey) } //nolint:forcetypeassert // of the library

// Secret is the private key in the form of golang.org/x/mod/sumdb/note. Whoever
// has it can sign in the node's name.
func (k *Key) Secret() string {
	key := append([]byte{algEd25519}, k.priv.Seed()...)
	return fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", k.name, keyID(k.name, append([]byte{algEd25519}, k.pub()...)), base64.StdEncoding.EncodeToString(key))
}

// Format prints the public key, whatever the verb. Like [Key.MarshalText] it has
// a value receiver, so that a copy of the key is as silent.
func (k Key) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, k.Public()) }

// MarshalText gives the public key, so that no encoder gives more.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.Public()), nil }

// ParseKey reads what [Key.Secret] wrote. Its errors never repeat the text.
func ParseKey(text string) (*Key, error) {
	bad := &entente.Error{Kind: entente.Invalid, Op: "read key", Msg: "this is not a private key of the log", Hint: "it begins with PRIVATE+KEY+ and stands on one line"}
	if len(text) > 1000 {
		return nil, bad
	}
	text = strings.TrimSuffix(text, "\n")
	if _, err := note.NewSigner(text); err != nil {
		return nil, bad
	}
	name, b64 := cutSecret(text)
	raw, err := base64.StdEncoding.Strict().DecodeString(b64)
	if err != nil || len(raw) != 1+ed25519.SeedSize {
		return nil, bad
	}
	k := &Key{name, ed25519.NewKeyFromSeed(raw[1:])}
	if k.Secret() != text {
		return nil, bad
	}
	return k, checkOrigin(name)
}

// cutSecret finds the name and the key in "PRIVATE+KEY+name+id+key".
func cutSecret(text string) (name, key string) {
	name, rest, _ := strings.Cut(strings.TrimPrefix(text, "PRIVATE+KEY+"), "+")
	_, key, _ = strings.Cut(rest, "+")
	return name, key
}

// WriteFile writes the private key to a new file that only its owner may read
// (mode 0600). A file that is there already is a Conflict.
func (k *Key) WriteFile(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if os.IsExist(err) {
		return &entente.Error{Kind: entente.Conflict, Op: "write key", Place: path, Msg: "the file is there already", Hint: "a key is never overwritten; take another name"}
	}
	if err == nil {
		_, err = f.WriteString(k.Secret() + "\n")
		if err == nil {
			err = f.Sync()
		}
		if closed := f.Close(); err == nil {
			err = closed
		}
	}
	if err != nil {
		return &entente.Error{Kind: entente.Unavailable, Op: "write key", Place: path, Msg: "the key could not be written", Err: err}
	}
	return nil
}

// ReadKey reads a private key from a file. It refuses (Denied) a file that
// others than its owner may read.
func ReadKey(path string) (*Key, error) {
	f, err := os.Open(path)
	if os.IsNotExist(err) {
		return nil, &entente.Error{Kind: entente.NotFound, Op: "read key", Place: path, Msg: "there is no such file"}
	}
	if err != nil {
		return nil, &entente.Error{Kind: entente.Unavailable, Op: "read key", Place: path, Msg: "the file cannot be opened", Err: err}
	}
	defer func() { _ = f.Close() }() // only read
	st, err := f.Stat()
	switch {
	case err != nil || !st.Mode().IsRegular():
		return nil, &entente.Error{Kind: entente.Invalid, Op: "read key", Place: path, Msg: "this is not a file"}
	case runtime.GOOS != "windows" && st.Mode().Perm()&0o077 != 0:
		return nil, &entente.Error{Kind: entente.Denied, Op: "read key", Place: path, Msg: "others may read the key file", Hint: "chmod 600 " + path}
	}
	data, err := io.ReadAll(io.LimitReader(f, 2000))
	if err != nil {
		return nil, &entente.Error{Kind: entente.Unavailable, Op: "read key", Place: path, Msg: "the file cannot be read", Err: err}
	}
	k, err := ParseKey(string(data))
	if e, ok := err.(*entente.Error); ok { //nolint:errorlint // only our own, to add the place
		e.Place = path
	}
	return k, err
}

// keyID is the id of a key (C2SP signed-note): the first four bytes of SHA-256
// over the name, a newline, the signature type and the public key.
func keyID(name string, typed []byte) uint32 {
	sum := sha256.Sum256(append([]byte(name+"\n"), typed...))
	return binary.BigEndian.Uint32(sum[:])
}

// signer is a note.Signer.
type signer struct {
	name string
	id   uint32
	sign func(msg []byte) ([]byte, error)
}

func (s *signer) Name() string                    { return s.name }
func (s *signer) KeyHash() uint32                 { return s.id }
func (s *signer) Sign(msg []byte) ([]byte, error) { return s.sign(msg) }

// signer signs the text of a note.
func (k *Key) signer() note.Signer {
	return &signer{k.name, keyID(k.name, append([]byte{algEd25519}, k.pub()...)), func(msg []byte) ([]byte, error) {
		return ed25519.Sign(k.priv, msg), nil
	}}
}

// cosigner signs the text of a checkpoint with a time, in POSIX seconds.
func (k *Key) cosigner(seconds int64) note.Signer {
	return &signer{k.name, keyID(k.name, append([]byte{algCosign}, k.pub()...)), func(msg []byte) ([]byte, error) {
		sig := binary.BigEndian.AppendUint64(nil, uint64(seconds)) //nolint:gosec // after 1970
		return append(sig, ed25519.Sign(k.priv, cosigned(seconds, msg))...), nil
	}}
}

// cosigned is the message of a cosignature/v1.
func cosigned(seconds int64, text []byte) []byte {
	return fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", seconds, text)
}
