package stix

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strconv"

	"github.com/gowebpki/jcs"

	"entente"
)

// Canonical gives the object as canonical JSON [RFC 8785]. It errs when a
// number is too large for that form, which writes numbers as IEEE doubles; for
// the same reason whole numbers beyond 2^53 lose digits. The object's own text
// is [Object.Raw].
func (o *Object) Canonical() ([]byte, error) {
	b, err := jcs.Transform(o.raw)
	if err != nil {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "write canonical JSON", Place: string(o.id), Msg: "the object has no canonical form", Err: err}
	}
	return b, nil
}

// Digest is a SHA-256 over what the object says: the same for two texts that
// differ in white space, order of names, escapes or the writing of a number
// only. Unlike the canonical form of RFC 8785 it tells any two numbers apart
// and has a value for every object.
func (o *Object) Digest() [sha256.Size]byte {
	return sha256.Sum256(digestValue(make([]byte, 0, len(o.raw)+len(o.raw)/4), o.raw))
}

// digestValue appends a value in a form in which equal values are equal bytes:
// strings and numbers carry their length in front, members are sorted.
func digestValue(out, v []byte) []byte {
	switch v[0] {
	case '"':
		return digestText(out, 's', decode(v))
	case '{':
		type pair struct{ name, val []byte }
		var list []pair
		for k, x := range members(v) {
			list = append(list, pair{k, x})
		}
		slices.SortFunc(list, func(a, b pair) int { return bytes.Compare(a.name, b.name) })
		out = append(out, '{')
		for _, p := range list {
			out = digestValue(digestText(out, 'k', p.name), p.val)
		}
		return append(out, '}')
	case '[':
		out = append(out, '[')
		for _, x := range items(v) {
			out = digestValue(out, x)
		}
		return append(out, ']')
	case 't', 'f', 'n':
		return append(out, v[0])
	}
	return digestText(out, 'd', decimal(v))
}

func digestText(out []byte, mark byte, b []byte) []byte {
	out = binary.AppendUvarint(append(out, mark), uint64(len(b)))
	return append(out, b...)
}

// decimal writes a number as sign, digits without zeros at either end, "e" and
// the power of ten, so that equal numbers are equal texts however long they
// are: 1.50, 15e-1 and 0.15E1 are "15e-1". Zero is "0", with or without a sign.
func decimal(v []byte) []byte {
	mantissa, power, _ := bytes.Cut(bytes.ToLower(v), []byte("e"))
	sign := ""
	if mantissa[0] == '-' {
		sign, mantissa = "-", mantissa[1:]
	}
	whole, frac, _ := bytes.Cut(mantissa, []byte("."))
	digits := bytes.TrimLeft(append(bytes.Clone(whole), frac...), "0")
	if len(digits) == 0 {
		return []byte("0")
	}
	cut := bytes.TrimRight(digits, "0")
	e := int64(len(digits)-len(cut)) - int64(len(frac))
	if len(power) > 0 {
		n, err := strconv.ParseInt(string(power), 10, 62)
		if err != nil { // a power beyond all reason: kept as written
			return append([]byte(sign), bytes.ToLower(v)...)
		}
		e += n
	}
	return strconv.AppendInt(append(append([]byte(sign), cut...), 'e'), e, 10)
}
