package partner

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"entente"
	"entente/internal/store"
)

// Save makes s the settings that count. base is the revision from which the
// writer started, 0 for a new node; who and why are kept with it. Settings with
// faults are refused with all of them at once.
//
// Errors: Invalid; Conflict when somebody else changed the settings since base;
// Unavailable.
func (b *Book) Save(ctx context.Context, who, why string, base int64, s Settings) (Revision, error) {
	if err := s.Check(); err != nil {
		return Revision{}, err
	}
	body, err := json.Marshal(s)
	if err != nil {
		return Revision{}, &entente.Error{Kind: entente.Internal, Op: "set the exchange", Msg: "the settings cannot be written", Err: err}
	}
	if len(body) > MaxBody {
		return Revision{}, &entente.Error{Kind: entente.Invalid, Op: "set the exchange", Msg: fmt.Sprintf("the settings have %d bytes, more than %d", len(body), MaxBody)}
	}
	var made Revision
	err = b.db.Write(ctx, func(ctx context.Context, q store.Querier) error {
		top, err := topOf(ctx, q)
		if err != nil {
			return err
		}
		if top.n != base {
			// Revisions that only made or ended a credential are in nobody's way.
			same, err := sameBody(ctx, q, base, top)
			if err != nil {
				return err
			}
			if !same {
				return &entente.Error{
					Kind: entente.Conflict, Op: "set the exchange", Place: fmt.Sprintf("revision %d", base),
					Msg:  fmt.Sprintf("%s has changed the settings meanwhile (revision %d)", top.who, top.n),
					Hint: "look at what changed, and make the change again",
				}
			}
		}
		if err := sameNames(ctx, q, top, s); err != nil {
			return err
		}
		if err := sameLogs(ctx, q, top, s); err != nil {
			return err
		}
		made = Revision{N: top.n + 1, At: b.after(top.at), Who: who, Why: why, Settings: s.clone()}
		if err := insert(ctx, q, made, string(body)); err != nil {
			return err
		}
		for _, c := range s.Collections {
			if _, err := q.ExecContext(ctx, "INSERT INTO exchange_collections (id, stamp, rev) VALUES ($1, 0, 0) ON CONFLICT DO NOTHING", c.ID); err != nil {
				return err
			}
		}
		// A release holds the head of the log until its commit, and looks under it
		// whether its rules still count. So once this is committed nothing leaves by the
		// rules before, and what is said to have left is all of it.
		_, err = q.ExecContext(ctx, "UPDATE ledger_head SET size = size WHERE one = 1")
		return err
	})
	if err != nil {
		return Revision{}, unavailable(err)
	}
	b.forget()
	return made, nil
}

// Edit applies a change to the newest settings and saves them; see [Book.Save].
func (b *Book) Edit(ctx context.Context, who, why string, change func(*Settings) error) (Revision, error) {
	r, err := b.Settings(ctx)
	if err != nil {
		return Revision{}, err
	}
	s := r.clone()
	if err := change(&s); err != nil {
		return Revision{}, err
	}
	return b.Save(ctx, who, why, r.N, s)
}

// History lists the revisions, the newest first, at most limit (0: 100). Those
// that made or ended a credential hold the settings of the one before.
func (b *Book) History(ctx context.Context, limit int) (out []Revision, err error) {
	if limit <= 0 {
		limit = 100
	}
	err = b.db.Read(ctx, func(ctx context.Context, q store.Querier) error {
		out = nil
		rows, err := q.QueryContext(ctx, "SELECT "+revisionColumns+" FROM exchange_settings ORDER BY n DESC LIMIT $1", min(limit, 1000))
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			r, err := scanRevision(rows.Scan)
			if err != nil && entente.KindOf(err) != entente.Invalid { // an unreadable one is listed without what it said
				return err
			}
			out = append(out, r)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, unavailable(err)
	}
	return out, nil
}

// top is the newest row of the settings, whether its body can be read or not.
type top struct {
	n    int64
	at   time.Time
	who  string
	body string
}

func topOf(ctx context.Context, q store.Querier) (t top, err error) {
	var at int64
	err = q.QueryRowContext(ctx, "SELECT n, at, who, body FROM exchange_settings ORDER BY n DESC LIMIT 1").Scan(&t.n, &at, &t.who, &t.body)
	if errors.Is(err, sql.ErrNoRows) {
		return top{}, nil
	}
	t.at = instant(at)
	return t, err
}

func sameBody(ctx context.Context, q store.Querier, base int64, t top) (bool, error) {
	if base <= 0 || base > t.n {
		return false, nil
	}
	var body string
	err := q.QueryRowContext(ctx, "SELECT body FROM exchange_settings WHERE n = $1", base).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return body == t.body, err
}

func insert(ctx context.Context, q store.Querier, r Revision, body string) error {
	_, err := q.ExecContext(ctx, "INSERT INTO exchange_settings (n, at, who, why, body) VALUES ($1, $2, $3, $4, $5)", r.N, micro(r.At), line(r.Who), line(r.Why), body)
	return err
}

// after is now, but later than the revision before: the order of revisions and
// that of their instants are one, also when the clock of the machine goes back.
func (b *Book) after(last time.Time) time.Time {
	now := b.now().UTC().Truncate(time.Microsecond)
	if !now.After(last) {
		now = last.Add(time.Microsecond)
	}
	return now
}

// line makes one line of bounded length of what somebody wrote.
func line(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " ")
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, s)
	if len(s) > MaxText {
		s = strings.ToValidUTF8(s[:MaxText], "")
	}
	return s
}
