package ingest

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
	"unicode"

	"entente/internal/archive"
)

var idAlphabet = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// ID names a record by what it is made from: a prefix and the first 80 bits of
// a SHA-256 over the parts, so that the same content has the same id in every
// import. The parts are told apart: ("ab", "c") is not ("a", "bc").
func ID(prefix string, parts ...string) string {
	return prefix + "-" + idAlphabet.EncodeToString(digest(parts)[:10])
}

func digest(parts []string) []byte {
	b := make([]byte, 0, 1024) // room for what most records say
	for _, p := range parts {
		b = binary.BigEndian.AppendUint64(b, uint64(len(p)))
		b = append(b, p...)
	}
	h := sha256.Sum256(b)
	return h[:]
}

// maxSlug bounds the readable part of a slug.
const maxSlug = 40

// Slug makes an id of a name that a person can still read: its letters and
// digits, and a short hash that keeps it apart from every id that somebody
// chose by hand.
func Slug(name string) string {
	h := idAlphabet.EncodeToString(digest([]string{archive.Fold(name)})[:5])
	if s := Words(name, maxSlug); s != "" {
		return s + "-" + h
	}
	return "x-" + h
}

// SlugOf is a Slug that names a thing by more than its title: the parts, such
// as date and address, go into the hash.
func SlugOf(title string, parts ...string) string {
	s := Words(title, maxSlug)
	if s == "" {
		s = "x"
	}
	return ID(s, append([]string{archive.Fold(title)}, parts...)...)[:len(s)+1+8]
}

// Words writes the ASCII letters and digits of a text as lower-case words with
// hyphens, at most n bytes long, cut at a word where there is one.
func Words(text string, n int) string {
	var b strings.Builder
	for w := range strings.FieldsSeq(archive.Fold(text)) {
		w = strings.Map(func(r rune) rune {
			if r < unicode.MaxASCII {
				return r
			}
			return -1
		}, w)
		if w == "" {
			continue
		}
		if b.Len() > 0 {
			if b.Len()+1+len(w) > n {
				break
			}
			b.WriteByte('-')
		}
		b.WriteString(w[:min(len(w), n-b.Len())])
	}
	return b.String()
}

// Pseudonym stands for a coder's name. It is the same in every file that has
// the name. Names of few people can be guessed from it, so that settings may
// give words of their own instead.
func Pseudonym(name string) string { return ID("coder", strings.TrimSpace(name))[:len("coder-")+8] }

// Hash is the SHA-256 of a text in hexadecimal: the name of the text that the
// places of a quotation count in.
func Hash(text string) string {
	h := sha256.Sum256([]byte(text))
	return hex.EncodeToString(h[:])
}

// Unique tells rows of a file apart that would have the same id. The key is
// what names a record, the content all that it says.
type Unique struct {
	ids  map[[16]byte]int // key → how often, with another content
	seen map[[16]byte]int // key and content → row
}

// ID gives the id of the record. A second record with the same key and another
// content gets an id of its own, by its rank in the file. For the same content
// again, same is the row that had it first, else 0.
func (u *Unique) ID(prefix string, key, content []string, row int) (id string, same int) {
	if u.ids == nil {
		u.ids, u.seen = map[[16]byte]int{}, map[[16]byte]int{}
	}
	full := digest(key)
	k := [16]byte(full[:16])
	all := digest(append([]string{string(k[:])}, content...))
	c := [16]byte(all[:16])
	if first, ok := u.seen[c]; ok {
		return "", first
	}
	u.seen[c] = row
	n := u.ids[k]
	u.ids[k] = n + 1
	if n > 0 {
		full = digest(append([]string{"again", strconv.Itoa(n)}, key...))
	}
	return prefix + "-" + idAlphabet.EncodeToString(full[:10]), 0
}
