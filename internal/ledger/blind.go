package ledger

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"entente"
)

// SaltSize is the number of random bytes of a leaf's salt.
const SaltSize = 32

// The marks of what stands in a leaf.
const (
	blindMark    = "#"
	plainDigest  = "sha256:"
	saltedDigest = "salted-sha256:"
)

// salted is the salted hash of a value: SHA-256 over the salt (32 bytes), the
// name of the field, a zero byte and the value. The salt has one length and no
// name holds a zero byte, so no two inputs run into one another. Whoever lacks
// the salt cannot test guesses, even where the value has few possibilities.
func salted(salt *[SaltSize]byte, field string, value []byte) string {
	var sum [sha256.Size]byte
	if len(value) <= 1024 {
		var buf [SaltSize + 16 + 1024]byte
		b := append(buf[:0], salt[:]...)
		b = append(append(b, field...), 0)
		sum = sha256.Sum256(append(b, value...))
	} else {
		h := sha256.New()
		_, _ = h.Write(salt[:]) // a hash takes everything
		_, _ = io.WriteString(h, field+"\x00")
		_, _ = h.Write(value)
		h.Sum(sum[:0])
	}
	return base64.StdEncoding.EncodeToString(sum[:])
}

func blind(salt *[SaltSize]byte, field, value string) string {
	if value == "" {
		return ""
	}
	return blindMark + salted(salt, field, []byte(value))
}

func isBlind(s string) bool {
	rest, ok := strings.CutPrefix(s, blindMark)
	return ok && isHash(rest)
}

func isDigest(s string) bool {
	if rest, ok := strings.CutPrefix(s, saltedDigest); ok {
		return isHash(rest)
	}
	rest, ok := strings.CutPrefix(s, plainDigest)
	return ok && isHash(rest)
}

// isHash tells whether s is 32 bytes in the one base64 form of the log.
func isHash(s string) bool {
	if len(s) != 44 {
		return false
	}
	var buf [33]byte
	n, err := base64.StdEncoding.Strict().Decode(buf[:], []byte(s))
	return err == nil && n == 32
}

// plainHash is a plain SHA-256 in base64.
func plainHash(body []byte) string {
	sum := sha256.Sum256(body)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// readSalt takes a salt from a source of randomness.
func readSalt(random io.Reader) (salt [SaltSize]byte, err error) {
	if _, err := io.ReadFull(random, salt[:]); err != nil {
		return salt, &entente.Error{Kind: entente.Internal, Op: "log", Msg: "no random numbers are to be had", Err: err}
	}
	return salt, nil
}

// parseSalt reads a salt as an opening writes it.
func parseSalt(s string) (salt [SaltSize]byte, err error) {
	if !isHash(s) {
		return salt, &entente.Error{Kind: entente.Invalid, Op: "read opening", Msg: fmt.Sprintf("the salt is not %d bytes in base64", SaltSize)}
	}
	b, err := base64.StdEncoding.DecodeString(s)
	copy(salt[:], b)
	return salt, err
}
