package taxii

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"hash"
	"slices"
	"sync"

	"entente"
)

// sealer makes and reads `next`: the place up to which a page has looked, sealed
// for the collection and the filters of the query. Nothing is kept on the server,
// so it can be used again, on any process, for as long as the key lives.
//
// The place is encrypted with a block that follows from its own authentication
// code (as in the SIV construction, RFC 5297): it may be that of an object which
// the client must not know of.
//
// added_after is no part of the seal. The place is never before it, and some
// clients move it on together with next; both then hold, and nothing is lost.
type sealer struct {
	block cipher.Block
	macs  sync.Pool
}

const (
	tagLen  = 16
	nextLen = tagLen + 8
)

var nextText = base64.RawURLEncoding.Strict()

func newSealer(key []byte) (*sealer, error) {
	k, err := hkdf.Key(sha256.New, key, nil, "entente taxii next 1", 64)
	if err != nil {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "make TAXII server", Msg: "the key of next cannot be used", Err: err}
	}
	block, err := aes.NewCipher(k[:32])
	if err != nil {
		return nil, &entente.Error{Kind: entente.Internal, Op: "make TAXII server", Err: err}
	}
	s := &sealer{block: block}
	s.macs.New = func() any { return hmac.New(sha256.New, k[32:]) }
	return s, nil
}

// seal writes the text of a place.
func (s *sealer) seal(scope []byte, at Stamp) string {
	out := make([]byte, tagLen, nextLen)
	s.tag(out, scope, at)
	out = binary.BigEndian.AppendUint64(out, uint64(at))
	s.hide(out)
	return nextText.EncodeToString(out)
}

// open reads it back, false for what was not sealed for this scope.
func (s *sealer) open(scope []byte, text string) (Stamp, bool) {
	in, err := nextText.DecodeString(text)
	if err != nil || len(in) != nextLen {
		return 0, false
	}
	s.hide(in)
	at := Stamp(binary.BigEndian.Uint64(in[tagLen:]))
	var tag [tagLen]byte
	s.tag(tag[:], scope, at)
	if subtle.ConstantTimeCompare(tag[:], in[:tagLen]) != 1 || at < 0 {
		return 0, false
	}
	return at, true
}

func (s *sealer) tag(into, scope []byte, at Stamp) {
	mac, ok := s.macs.Get().(hash.Hash)
	if !ok {
		return
	}
	defer s.macs.Put(mac)
	mac.Reset()
	var place [8]byte
	binary.BigEndian.PutUint64(place[:], uint64(at))
	mac.Write(place[:])
	mac.Write(scope)
	var sum [sha256.Size]byte
	copy(into, mac.Sum(sum[:0])[:tagLen])
}

// hide covers or uncovers the place behind a tag.
func (s *sealer) hide(b []byte) {
	var pad [aes.BlockSize]byte
	s.block.Encrypt(pad[:], b[:tagLen])
	subtle.XORBytes(b[tagLen:], b[tagLen:], pad[:8])
}

// scope writes what a place is sealed for: the same bytes for filters that select
// the same, in whatever order they are written.
func (f *Filter) scope(collection string) []byte {
	b := appendText(make([]byte, 0, 128), collection)
	b = appendText(b, string(f.Object))
	b = appendSet(b, f.IDs)
	b = appendSet(b, f.Types)
	b = appendSet(b, f.Specs)
	var flags byte
	for i, set := range []bool{f.Versions.All, f.Versions.First, f.Versions.latest()} {
		if set {
			flags |= 1 << i
		}
	}
	b = append(b, flags)
	keys := make([]string, len(f.Versions.Exact))
	for i, t := range f.Versions.Exact {
		keys[i] = t.Key()
	}
	return appendSet(b, keys)
}

// latest reports whether the latest version is selected.
func (v *Versions) latest() bool {
	return v.Last || !v.All && !v.First && len(v.Exact) == 0
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendSet[T ~string](b []byte, list []T) []byte {
	if len(list) > 1 {
		list = slices.Compact(slices.Sorted(slices.Values(list)))
	}
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, s := range list {
		b = appendText(b, string(s))
	}
	return b
}
