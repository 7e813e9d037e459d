package ledger

import (
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"entente"
)

// Opening is what is behind a leaf: its plain values and its salt. It is kept
// beside the leaf and given to the partner whom the leaf concerns; with it and
// the object everybody can work out the leaf again.
type Opening struct {
	Index      int64 // of the leaf in the log, from 0
	Kind       Kind
	Time       time.Time
	Object     string
	Version    string
	Digest     string // as in the leaf
	Collection string
	Partner    string
	// Plain says that object, version, collection and digest stand unsalted in
	// the leaf: for what is CLEAR or GREEN.
	Plain bool
	Salt  [SaltSize]byte
	// Body is the plain SHA-256 of the body (hexadecimal), by which a folder
	// names the object's file. It is no part of the leaf and empty in a store.
	Body string
}

// maxOpening bounds an encoded opening.
const maxOpening = 16 << 10

// Leaf works out the leaf that the opening opens.
func (o *Opening) Leaf() Leaf {
	l := Leaf{Kind: o.Kind, Time: o.Time, Object: o.Object, Version: o.Version, Digest: o.Digest, Collection: o.Collection}
	if !o.Plain {
		l.Object = blind(&o.Salt, "object", o.Object)
		l.Version = blind(&o.Salt, "version", o.Version)
		l.Collection = blind(&o.Salt, "collection", o.Collection)
	}
	l.Partner = blind(&o.Salt, "partner", o.Partner)
	return l
}

// digest works out the digest of a body in its canonical form.
func (o *Opening) digest(canonical []byte) string {
	if o.Plain {
		return plainDigest + plainHash(canonical)
	}
	return saltedDigest + salted(&o.Salt, "digest", canonical)
}

// CheckBody tells whether a body is the one that the leaf records: an object
// in JSON, of any form that has the same canonical form (see [Canonical]), or
// for a receipt the signed note itself, byte by byte. A fault is an Invalid
// error.
func (o *Opening) CheckBody(body []byte) error {
	canonical, err := o.canonicalBody(body)
	if err != nil {
		return err
	}
	if o.digest(canonical) != o.Digest {
		return &entente.Error{Kind: entente.Invalid, Op: "check object", Place: o.Object, Msg: fmt.Sprintf("this is not the object of leaf %d", o.Index)}
	}
	return nil
}

func (o *Opening) canonicalBody(body []byte) ([]byte, error) {
	if o.Kind == Receipted {
		return body, nil
	}
	return Canonical(body)
}

// Append adds the opening's canonical encoding to dst: a JSON object in the
// form of RFC 8785 with the members body, collection, digest, kind, leaf,
// object, partner, plain, salt, time, v and version; what is empty or false is
// left out.
func (o *Opening) Append(dst []byte) []byte {
	w := newFlat(dst)
	w.text("body", o.Body)
	w.text("collection", o.Collection)
	w.text("digest", o.Digest)
	w.text("kind", string(o.Kind))
	w.whole("leaf", o.Index)
	w.text("object", o.Object)
	w.text("partner", o.Partner)
	w.flag("plain", o.Plain)
	w.text("salt", base64.StdEncoding.EncodeToString(o.Salt[:]))
	w.text("time", o.Time.UTC().Format(timeForm))
	w.whole("v", leafFormat)
	w.text("version", o.Version)
	return w.end()
}

// ParseOpening reads an opening and refuses (Invalid) everything that
// [Opening.Append] would write otherwise.
func ParseOpening(data []byte) (*Opening, error) {
	fail := func(msg string) (*Opening, error) {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "read opening", Msg: msg}
	}
	if len(data) > maxOpening {
		return fail("the opening is overlong")
	}
	r := readFlat(data)
	var o Opening
	o.Body = r.text("body")
	o.Collection = r.text("collection")
	o.Digest = r.text("digest")
	o.Kind = Kind(r.text("kind"))
	o.Index = r.whole("leaf")
	o.Object = r.text("object")
	o.Partner = r.text("partner")
	o.Plain = r.flag("plain")
	salt := r.text("salt")
	at := r.text("time")
	format := r.whole("v")
	o.Version = r.text("version")
	if !r.end() {
		return fail("the opening is not in its canonical form")
	}
	if format != leafFormat {
		return fail(fmt.Sprintf("the opening has format %d; this program knows %d", format, leafFormat))
	}
	if o.Body != "" && !isHex(o.Body) {
		return fail("the body's hash is not 64 hexadecimal digits")
	}
	var err error
	if o.Salt, err = parseSalt(salt); err != nil {
		return nil, err
	}
	if o.Time, err = parseTime(at); err != nil {
		return nil, err
	}
	return &o, o.check()
}

// check holds the opening to the rules of its leaf.
func (o *Opening) check() error {
	if err := o.checkValues(); err != nil {
		return err
	}
	if o.Digest != "" && (strings.HasPrefix(o.Digest, plainDigest) != o.Plain || !isDigest(o.Digest)) {
		return &entente.Error{Kind: entente.Invalid, Op: "log", Msg: "the digest does not fit the mark plain"}
	}
	return nil
}

// checkValues holds the plain values to the rules.
func (o *Opening) checkValues() error {
	if err := checkKind(o.Kind, o.Object, o.Version, o.Digest, o.Partner); err != nil {
		return err
	}
	for _, f := range [...]struct {
		name, value string
		most        int
	}{{"object", o.Object, MaxName}, {"version", o.Version, MaxVersion}, {"collection", o.Collection, MaxName}, {"partner", o.Partner, MaxName}} {
		if err := checkText(f.name, f.value, f.most); err != nil {
			return err
		}
		if strings.HasPrefix(f.value, blindMark) {
			return &entente.Error{Kind: entente.Invalid, Op: "log", Msg: fmt.Sprintf("the %s begins with %q, which marks a salted hash", f.name, blindMark)}
		}
	}
	if o.Partner == Everybody {
		return badLeaf("a partner cannot be called " + Everybody)
	}
	return nil
}

// isHex tells whether s is a SHA-256 in lower-case hexadecimal.
func isHex(s string) bool {
	return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == ""
}
