package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"entente"
	"entente/internal/datapackage"
)

// The bounds of one write.
const (
	MaxBody    = 4 << 20   // bytes of one body
	MaxChanges = 5_000_000 // changes of one commit
	maxText    = 10_000    // bytes of a reason
	maxFacet   = 1_000     // bytes of a facet
)

// checkReason looks at what is said of a write.
func checkReason(r Reason, changes int) error {
	fail := func(msg, hint string) error {
		return &entente.Error{Kind: entente.Invalid, Op: "write", Msg: msg, Hint: hint}
	}
	switch {
	case r.Who == "":
		return fail("it is not said who writes", "")
	case changes == 0:
		return fail("there is nothing to write", "")
	case changes > MaxChanges:
		return fail(fmt.Sprintf("%d changes are more than one commit takes (%d)", changes, MaxChanges), "split them")
	case len(r.Who)+len(r.Why)+len(r.Via) > maxText:
		return fail("the reason is too long", fmt.Sprintf("at most %d bytes", maxText))
	case !plain(r.Who + r.Why + r.Via):
		return fail("the reason is not text", "it must be UTF-8 without zero bytes")
	}
	return nil
}

// order gives the places of the changes in the order of their keys, in which
// they are written; a key that stands twice is refused.
func order(changes []Change) ([]int, error) {
	at := make([]int, len(changes))
	for i := range at {
		at[i] = i
	}
	slices.SortFunc(at, func(a, b int) int { return changes[a].compare(changes[b].Key) })
	for i := 1; i < len(at); i++ {
		if k := changes[at[i]].Key; k == changes[at[i-1]].Key {
			return nil, &entente.Error{Kind: entente.Invalid, Op: "write", Place: k.String(), Msg: "the record stands twice in one write", Hint: "one version per commit"}
		}
	}
	return at, nil
}

// plain reports whether both engines keep a text as it is.
func plain(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

// check looks at a change by itself and gives its body without white space
// between its parts, and, for what goes to the public, its row.
func (c *Change) check() (body []byte, row *datapackage.Row, err error) {
	fail := func(msg, hint string) ([]byte, *datapackage.Row, error) {
		return nil, nil, &entente.Error{Kind: entente.Invalid, Op: "write", Place: strings.ToValidUTF8(c.String(), "?"), Msg: msg, Hint: hint}
	}
	f := &c.Facets
	switch {
	case c.Kind == "" || c.ID == "" || len(c.Kind) > 64 || len(c.ID) > 1000:
		return fail("the record has no kind or id, or an overlong one", "")
	case !utf8.ValidString(c.Kind) || !utf8.ValidString(c.ID):
		return fail("the id is not text", "it must be UTF-8")
	case strings.ContainsFunc(c.Kind+c.ID, func(r rune) bool { return r < 0x20 || r == 0x7f }):
		return fail("the id holds a control character", "leave it out")
	case !slices.Contains(States, c.State):
		return fail(fmt.Sprintf("%q is not a state", c.State), "expected draft, in-review, published or retired")
	case c.Base < Any:
		return fail("the base is no version", "")
	case c.Layer != "" && !strings.HasPrefix(c.Layer, Private("")):
		return fail(fmt.Sprintf("%q is not a layer", c.Layer), "expected none, or private:NAME")
	case c.Layer != "" && (c.State == Published || c.State == InReview):
		return fail("what is private cannot be published", "take it out of the private layer first")
	case max(len(c.Layer), len(f.Actor), len(f.Proposition), len(f.Source), len(f.Coder)) > maxFacet:
		return fail("a facet or the layer is too long", fmt.Sprintf("at most %d bytes", maxFacet))
	case !plain(c.Layer) || !plain(f.Actor) || !plain(f.Proposition) || !plain(f.Source) || !plain(f.Coder):
		return fail("a facet or the layer is not text", "it must be UTF-8 without zero bytes")
	case len(c.Body) > MaxBody:
		return fail("the record is too large", fmt.Sprintf("at most %d bytes", MaxBody))
	case !utf8.Valid(c.Body):
		return fail("the body is not text", "it must be UTF-8")
	}
	var tight bytes.Buffer
	tight.Grow(len(c.Body))
	if err := json.Compact(&tight, c.Body); err != nil {
		return fail("the body is not JSON", "")
	}
	body = tight.Bytes()
	if len(body) == len(c.Body) {
		body = c.Body
	}
	if datapackage.Columns(c.Kind) == nil || c.State == Retired || c.State == Draft {
		return body, nil, nil // a draft may be unfinished: it is checked on its way to the public
	}
	r, err := DecodeRow(c.Kind, body)
	if err != nil {
		return nil, nil, placed(err, c.Key)
	}
	if r.ID() != c.ID {
		return fail(fmt.Sprintf("the row's own key is %q", r.ID()), "key and id must be the same")
	}
	return body, &r, r.Check()
}

// placed says of which record an error speaks.
func placed(err error, k Key) error {
	if e, ok := err.(*entente.Error); ok && e.Place == "" { //nolint:errorlint // made here, never wrapped
		e.Place = k.String()
	}
	return err
}
