package shelf

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"

	"entente"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
	"entente/internal/store"
)

// Add keeps the objects of an envelope of a partner, each that is sound, all in one
// step with their leaves and the status. Errors: NotFound, Denied; Invalid for an
// envelope that cannot be read. At an error nothing of it is kept.
func (s *Shelf) Add(ctx context.Context, who, collection string, r io.Reader) (*taxii.Status, error) {
	st, err := s.state(ctx, 0)
	if err != nil {
		return nil, err
	}
	if _, err := writable(st, who, collection, s.o.Now()); err != nil {
		return nil, err
	}
	began := s.o.Now()
	items, err := s.readItems(r)
	if err != nil {
		return nil, err
	}
	id, err := uuid.NewRandomFromReader(s.o.Random)
	if err != nil {
		return nil, &entente.Error{Kind: entente.Internal, Op: "add objects", Msg: "there is no randomness", Err: err}
	}
	var status *taxii.Status
	return status, s.again(func() error {
		return s.write(ctx, func(ctx context.Context, w *writing) error {
			info, err := writable(w.st, who, collection, s.o.Now()) // it may have been taken away meanwhile
			if err != nil {
				return err
			}
			j := &judging{s: s, q: w.q, st: w.st, collection: info.ID, who: who, items: items}
			if err := j.run(ctx); err != nil {
				return err
			}
			if err := w.keep(ctx, j); err != nil {
				return err
			}
			if err := w.received(ctx, j); err != nil {
				return err
			}
			status = statusOf(id.String(), began, items)
			body, err := json.Marshal(status)
			if err != nil {
				return err
			}
			_, err = w.q.ExecContext(ctx, "INSERT INTO exchange_statuses (id, partner, collection, at, body) VALUES ($1, $2, $3, $4, $5)", status.ID, who, info.ID, w.now, string(body))
			return err
		})
	})
}

func writable(st *partner.State, who, name string, now time.Time) (taxii.Collection, error) {
	info, err := known(st, who, name, now)
	if err == nil && !info.CanWrite {
		err = denied("write")
	}
	return info, err
}

func statusOf(id string, began time.Time, items []*item) *taxii.Status {
	out := &taxii.Status{ID: id, Status: "complete", RequestTimestamp: taxii.Stamp(began.UnixMicro()).String(), TotalCount: len(items)}
	for _, it := range items {
		d := taxii.StatusDetail{ID: text(string(it.id)), Version: it.version()}
		if it.verdict == stix.Refused {
			d.Message = text(strings.Join(it.faults, "; "))
			out.Failures = append(out.Failures, d)
			continue
		}
		out.Successes = append(out.Successes, d)
		if it.leaf >= 0 && it.twin == nil {
			out.Receipts = append(out.Receipts, taxii.ReceiptRef{ID: d.ID, Version: d.Version, Leaf: it.leaf})
		}
	}
	out.SuccessCount, out.FailureCount = len(out.Successes), len(out.Failures)
	return out
}

// maxText bounds what a status repeats of a bad object, in bytes.
const maxText = 400

// text makes what came from outside fit to be kept and shown: a database takes no
// NUL, and nobody needs more of it.
func text(s string) string {
	if len(s) > maxText {
		s = s[:maxText]
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '\uFFFD'
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

func noStatus() error {
	return &entente.Error{Kind: entente.NotFound, Op: "read a status", Msg: "there is no such status", Hint: "a status is kept for two days, for the account that made the request"}
}

// Status tells what became of an earlier Add of the same partner. Errors: NotFound,
// also for one of another partner.
func (s *Shelf) Status(ctx context.Context, partner, id string) (*taxii.Status, error) {
	if _, err := uuid.Parse(id); err != nil || len(id) != 36 {
		return nil, noStatus()
	}
	var body string
	err := s.st.Read(ctx, func(ctx context.Context, q store.Querier) error {
		return q.QueryRowContext(ctx, "SELECT body FROM exchange_statuses WHERE id = $1 AND partner = $2", strings.ToLower(id), partner).Scan(&body)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, noStatus()
	}
	if err != nil {
		return nil, err
	}
	out := &taxii.Status{}
	if err := json.Unmarshal([]byte(body), out); err != nil {
		return nil, &entente.Error{Kind: entente.Unavailable, Op: "read a status", Place: id, Msg: "the status is damaged", Err: err}
	}
	return out, nil
}

// statusTime is how long a status is kept; the protocol asks for a day.
const statusTime = 48 * time.Hour

// Tidy takes out the statuses of requests that are over for more than two days.
func (s *Shelf) Tidy(ctx context.Context) error {
	before := s.o.Now().Add(-statusTime).UnixMicro()
	return s.st.Write(ctx, func(ctx context.Context, q store.Querier) error {
		_, err := q.ExecContext(ctx, "DELETE FROM exchange_statuses WHERE at < $1", before)
		return err
	})
}
