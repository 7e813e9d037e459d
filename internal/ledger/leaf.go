package ledger

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"entente"
)

// Kind says what a leaf records.
type Kind string

// The kinds of leaves.
const (
	Published Kind = "published" // a version became visible to its readers
	Released  Kind = "released"  // a version went to a partner
	Received  Kind = "received"  // a version came from a partner
	Receipted Kind = "receipt"   // a partner's signed receipt came in
	Withdrawn Kind = "withdrawn" // a version was taken back
)

// Kinds lists the kinds in their order.
var Kinds = []Kind{Published, Released, Received, Receipted, Withdrawn}

// needsPartner lists the kinds that concern one partner.
var needsPartner = []Kind{Released, Received, Receipted}

// The bounds of a leaf, in bytes.
const (
	MaxLeaf       = 8 << 10 // of the whole, encoded
	MaxName       = 1000    // of an object's id, a collection, a partner
	MaxVersion    = 100     // of a version
	leafFormat    = 1
	maxDigestText = 100
)

// timeForm is how every instant of the log is written: UTC, microseconds.
const timeForm = "2006-01-02T15:04:05.000000Z"

// Leaf is an entry of the log as it stands in the tree. A text that begins with
// "#" is a salted hash; [Opening] holds what is behind it.
type Leaf struct {
	Kind       Kind
	Time       time.Time // UTC, microseconds, later than the leaf before
	Object     string    // id of the object, such as a STIX id
	Version    string    // the object's modified stamp or version number
	Digest     string    // "sha256:" or "salted-sha256:" and base64; see [Opening.CheckBody]
	Collection string    // where it was published or released; may be empty
	Partner    string    // to whom, from whom, or by whom; always salted
}

// Append adds the leaf's canonical encoding to dst: a JSON object in the form
// of RFC 8785 whose members are collection, digest, kind, object, partner, time,
// v (1) and version; what is empty is left out. The tree's leaf hash is SHA-256
// of a zero byte and this (RFC 6962, section 2.1).
func (l *Leaf) Append(dst []byte) []byte {
	w := newFlat(dst)
	w.text("collection", l.Collection)
	w.text("digest", l.Digest)
	w.text("kind", string(l.Kind))
	w.text("object", l.Object)
	w.text("partner", l.Partner)
	w.text("time", l.Time.UTC().Format(timeForm))
	w.whole("v", leafFormat)
	w.text("version", l.Version)
	return w.end()
}

// ParseLeaf reads a leaf and refuses (Invalid) everything that [Leaf.Append]
// would write otherwise, so that one leaf has one form.
func ParseLeaf(data []byte) (Leaf, error) {
	if len(data) > MaxLeaf {
		return Leaf{}, badLeaf(fmt.Sprintf("the leaf has %d bytes, more than %d", len(data), MaxLeaf))
	}
	r := readFlat(data)
	var l Leaf
	l.Collection = r.text("collection")
	l.Digest = r.text("digest")
	l.Kind = Kind(r.text("kind"))
	l.Object = r.text("object")
	l.Partner = r.text("partner")
	at := r.text("time")
	format := r.whole("v")
	l.Version = r.text("version")
	if !r.end() {
		return Leaf{}, badLeaf("the leaf is not in its canonical form")
	}
	if format != leafFormat {
		return Leaf{}, badLeaf(fmt.Sprintf("the leaf has format %d; this program knows %d", format, leafFormat))
	}
	var err error
	if l.Time, err = parseTime(at); err != nil {
		return Leaf{}, err
	}
	return l, l.check()
}

func badLeaf(msg string) error {
	return &entente.Error{Kind: entente.Invalid, Op: "read log", Msg: msg}
}

// parseTime reads an instant in the log's form.
func parseTime(s string) (time.Time, error) {
	t, err := time.Parse(timeForm, s)
	if err != nil || t.Format(timeForm) != s || t.Year() < 1970 {
		return time.Time{}, &entente.Error{Kind: entente.Invalid, Op: "read log", Msg: "a time is not of the form 2026-01-31T12:00:00.000000Z"}
	}
	return t, nil
}

func (l *Leaf) check() error {
	if err := checkKind(l.Kind, l.Object, l.Version, l.Digest, l.Partner); err != nil {
		return err
	}
	for _, f := range [...]struct {
		name, value string
		most        int
	}{{"object", l.Object, MaxName}, {"version", l.Version, MaxVersion}, {"collection", l.Collection, MaxName}} {
		if err := checkText(f.name, f.value, f.most); err != nil {
			return err
		}
	}
	if l.Partner != "" && !isBlind(l.Partner) {
		return badLeaf("the partner's name is not salted")
	}
	if l.Digest != "" && !isDigest(l.Digest) {
		return badLeaf("the digest is not of a known form")
	}
	return nil
}

// checkKind tells what a leaf of a kind lacks.
func checkKind(kind Kind, object, version, digest, partner string) error {
	lacks := ""
	switch {
	case !slices.Contains(Kinds, kind):
		return badLeaf(fmt.Sprintf("%.20q is not a kind of leaf", kind))
	case object == "":
		lacks = "object"
	case version == "":
		lacks = "version"
	case digest == "" && kind != Withdrawn:
		lacks = "body"
	case partner == "" && slices.Contains(needsPartner, kind):
		lacks = "partner"
	}
	if lacks == "" {
		return nil
	}
	return badLeaf(fmt.Sprintf("a leaf of the kind %s needs its %s", kind, lacks))
}

// Blind tells whether the leaf hides which object it is about.
func (l *Leaf) Blind() bool { return strings.HasPrefix(l.Object, blindMark) }
