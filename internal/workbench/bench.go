package workbench

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"entente"
	"entente/internal/auth"
	"entente/internal/store"
)

// The kinds of record that only the workbench has. Their bodies are JSON; they
// are never part of a corpus and stay in the state draft until they are retired.
const (
	KindDocument   = "documents"
	KindTask       = "tasks"
	KindComment    = "comments"
	KindNote       = "notes"
	KindSettlement = "settlements"
	KindMapping    = "mappings"
	KindProposal   = "proposals"
)

// The tables of the corpus that the workbench writes.
const (
	KindSource      = "sources"
	KindActor       = "actors"
	KindInstrument  = "instruments"
	KindProposition = "propositions"
	KindImplication = "implications"
	KindStatement   = "statements"
	KindQuotation   = "quotations"
	KindCoverage    = "coverage"
	KindCodebook    = "codebook"
	KindChallenge   = "challenges"
)

// Bounds of what people type, in bytes.
const (
	MaxShort = 1_000  // a name, a pinpoint, a reason
	MaxLong  = 20_000 // a note, a comment, conditions
)

// Options make a bench.
type Options struct {
	// Now is the clock; nil is the system's.
	Now func() time.Time
	// Random is where the ends of new ids come from; nil is the system's.
	Random io.Reader
	// Via is what the log says of the way a write came; empty is "web".
	Via string
	// AllowOwn lets people publish what they coded themselves: for a workbench
	// with a single user. Otherwise it takes a second person (approve.go).
	AllowOwn bool
	// Audit is told what is published and retired; nil is nobody.
	Audit Auditor
}

// Bench is a workbench on a store. It is safe for concurrent use.
type Bench struct {
	Store *store.Store

	now    func() time.Time
	random io.Reader
	via    string
	own    bool // people may publish what they coded
	audit  Auditor

	texts  textCache
	blind  blindCache
	models modelCache
}

// New makes a bench on an open store.
func New(s *store.Store, o Options) *Bench {
	b := &Bench{Store: s, now: o.Now, random: o.Random, via: o.Via, own: o.AllowOwn, audit: o.Audit}
	if b.now == nil {
		b.now = time.Now
	}
	if b.random == nil {
		b.random = rand.Reader
	}
	if b.via == "" {
		b.via = "web"
	}
	return b
}

// User is who acts.
type User struct {
	Name string // of the account; also the pseudonym in the column coder
	Role auth.Role
}

// UserOf is the user behind a principal.
func UserOf(p auth.Principal) User { return User{Name: p.Name, Role: p.Role} }

// owns tells whether u may change what owner wrote: its own, and from reviewer
// on anybody's.
func (u User) owns(owner string) bool {
	return u.Name == owner || u.Role.AtLeast(auth.Reviewer)
}

// layers are the private layers that the user may see.
func (u User) layers() []string { return []string{store.Private(u.Name)} }

// known refuses a user without a name: a write would stand under nobody.
func (u User) known(op string) error {
	if u.Name == "" {
		return fault(entente.Denied, op, "", "it is not known who acts", "sign in first")
	}
	return nil
}

// save writes changes as one commit of the user.
func (b *Bench) save(ctx context.Context, u User, why string, changes ...store.Change) (store.Commit, error) {
	if err := u.known("write"); err != nil {
		return store.Commit{}, err
	}
	return b.Store.Save(ctx, store.Reason{Who: u.Name, Why: why, Via: b.via}, changes...)
}

// get reads the latest version of a JSON record and its body.
func get[T any](ctx context.Context, b *Bench, kind, id string) (*T, *store.Version, error) {
	if err := checkID(kind, id); err != nil {
		return nil, nil, err
	}
	v, err := b.Store.Get(ctx, store.Key{Kind: kind, ID: id})
	if err != nil {
		return nil, nil, err
	}
	body, err := decode[T](v)
	return body, v, err
}

// decode reads the JSON body of a version.
func decode[T any](v *store.Version) (*T, error) {
	var body T
	if err := json.Unmarshal(v.Body, &body); err != nil {
		return nil, &entente.Error{Kind: entente.Internal, Op: "read record", Place: v.String(), Msg: "the record cannot be read", Hint: "restore an earlier version of it", Err: err}
	}
	return &body, nil
}

// change makes a change of a JSON record, in the state draft.
func change(kind, id string, base int, body any, f store.Facets) (store.Change, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return store.Change{}, &entente.Error{Kind: entente.Internal, Op: "write", Place: kind + ":" + id, Msg: "the record cannot be written as JSON", Err: err}
	}
	return store.Change{Key: store.Key{Kind: kind, ID: id}, Base: base, State: store.Draft, Body: raw, Facets: f}, nil
}

// each calls f for every record that the query finds, whatever their number, in
// the order of kind and id. The query must not ask for words. It does not hide
// anything: see [Bench.List].
func (b *Bench) each(ctx context.Context, ask store.Query, f func(*store.Version) error) error {
	ask.Limit = store.MaxList
	for {
		list, err := b.Store.List(ctx, ask)
		if err != nil {
			return err
		}
		for i := range list {
			if err := f(&list[i]); err != nil {
				return err
			}
		}
		if len(list) < ask.Limit {
			return nil
		}
		ask.After = list[len(list)-1].Key
	}
}

// live are the states of what has not been retired.
var live = []store.State{store.Draft, store.InReview, store.Published}

// newID makes an id from readable parts and a random end: unique, and it does
// not tell whether somebody else has coded the same.
func (b *Bench) newID(parts ...string) (string, error) {
	id, err := uuid.NewRandomFromReader(b.random)
	if err != nil {
		return "", &entente.Error{Kind: entente.Unavailable, Op: "make id", Msg: "there is no source of chance", Err: err}
	}
	var words []string
	for _, p := range parts {
		if s := slug(p, 60); s != "" {
			words = append(words, s)
		}
	}
	return strings.Join(append(words, id.String()[:8]), "-"), nil
}

// slug makes lower-case letters, digits and single hyphens of a text, at most n
// of them.
func slug(s string, n int) string {
	var out strings.Builder
	gap := false
	for _, r := range strings.ToLower(s) {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			gap = out.Len() > 0
			continue
		}
		if gap && out.Len()+1 < n {
			out.WriteByte('-')
		}
		gap = false
		if out.Len() >= n {
			break
		}
		out.WriteRune(r)
	}
	return out.String()
}

// fault is an error for people.
func fault(kind entente.Kind, op, place, msg, hint string) error {
	return &entente.Error{Kind: kind, Op: op, Place: place, Msg: msg, Hint: hint}
}

// checkID refuses what can be no id before it reaches the store.
func checkID(kind, id string) error {
	if id == "" || len(id) > 1000 || !utf8.ValidString(id) || strings.ContainsFunc(id, func(r rune) bool { return r < 0x20 || r == 0x7f }) {
		return fault(entente.NotFound, "read record", kind, "there is no such record", "check the id")
	}
	return nil
}

// typed brings what somebody typed into the form that a table takes: trimmed,
// lines ending in LF. It errs on what is too long or no text.
func typed(op, field, s string, most int) (string, error) {
	s = strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n"))
	switch {
	case len(s) > most:
		return "", fault(entente.Invalid, op, field, fmt.Sprintf("the text has %d bytes", len(s)), fmt.Sprintf("at most %d", most))
	case !utf8.ValidString(s):
		return "", fault(entente.Invalid, op, field, "the text is not UTF-8", "type it again")
	case strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 && r != '\n' && r != '\t' || r == 0x7f }):
		return "", fault(entente.Invalid, op, field, "the text holds a control character", "type it again, or paste it as plain text")
	}
	return s, nil
}

// typedAll is typed for several fields in place.
func typedAll(op string, most int, fields map[string]*string) error {
	var faults entente.Errors
	for _, name := range sortedKeys(fields) {
		s, err := typed(op, name, *fields[name], most)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		*fields[name] = s
	}
	if len(faults) == 1 {
		return faults[0]
	}
	return faults.Err()
}
