package auth

import (
	"context"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"entente"
)

// MaxDetail bounds Entry.Detail and Entry.Object, in bytes.
const MaxDetail = 500

// Audit writes the audit log.
type Audit struct {
	store AuditStore
	now   func() time.Time
}

// NewAudit makes an Audit. now is asked for the time of each entry.
func NewAudit(store AuditStore, now func() time.Time) *Audit { return &Audit{store, now} }

// Record adds an entry. The time is now, and Who is the principal of the context
// unless the entry says. Text is cut to MaxDetail, cleared of control
// characters and of all that looks like a token or a password hash. An error
// means that nothing was recorded.
func (a *Audit) Record(ctx context.Context, e Entry) error {
	if _, ok := ruleOf(e.Action); !ok {
		return &entente.Error{Kind: entente.Internal, Op: "audit", Msg: "an entry with an unknown action"}
	}
	if e.Who == "" {
		e.Who = From(ctx).Name
	}
	e.At = a.now().UTC()
	e.Object, e.Detail = plain(e.Object), plain(e.Detail)
	return a.store.AppendEntry(ctx, e)
}

// Exported records that something was exported: what is its title or address,
// detail its format and number of rows.
func (a *Audit) Exported(ctx context.Context, what, detail string) error {
	return a.Record(ctx, Entry{Action: Export, Object: what, Outcome: OK, Detail: detail})
}

// Published records that a record was published or retired.
func (a *Audit) Published(ctx context.Context, record, detail string) error {
	return a.Record(ctx, Entry{Action: Publish, Object: record, Outcome: OK, Detail: detail})
}

// Entries lists entries, the newest first.
func (a *Audit) Entries(ctx context.Context, f EntryFilter) ([]Entry, error) {
	return a.store.Entries(ctx, f)
}

// Rows is the number of entries that a filter asks for.
func (f EntryFilter) Rows() int {
	switch {
	case f.Limit <= 0:
		return 100
	case f.Limit > MaxEntries:
		return MaxEntries
	}
	return f.Limit
}

// Matches tells whether a filter selects an entry, Limit apart.
func (f EntryFilter) Matches(e Entry) bool {
	return (f.Who == "" || f.Who == e.Who) &&
		(f.Action == "" || f.Action == e.Action) &&
		(f.Outcome == "" || f.Outcome == e.Outcome) &&
		(f.Object == "" || f.Object == e.Object) &&
		(f.Since.IsZero() || !e.At.Before(f.Since)) &&
		(f.Until.IsZero() || e.At.Before(f.Until)) &&
		(f.Before == 0 || e.ID < f.Before)
}

// secrets is what must never be kept, whoever put it in a text: API tokens,
// password hashes, signed tokens of providers.
var secrets = regexp.MustCompile(`ent_[A-Za-z0-9_-]{8,}|\$argon2[a-z]*\$[^\s]*|eyJ[A-Za-z0-9_-]{8,}[A-Za-z0-9_.-]*`)

// plain makes a text fit for an entry.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	s = secrets.ReplaceAllString(s, "[secret]")
	for len(s) > MaxDetail {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}
