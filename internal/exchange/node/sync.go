package node

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"entente"
	"entente/internal/exchange/partner"
	"entente/internal/store"
)

// SyncOptions shape a sync.
type SyncOptions struct {
	// Limit is the objects asked for per page; 0 is the client's default.
	Limit int
	// Compare holds the partner's manifests against what is kept: it finds what was
	// missed, and what was taken away without a word.
	Compare bool
	// Anew reads everything again from the start.
	Anew bool
	// Progress is told how far it is; nil: nobody.
	Progress func(Progress)
}

// Progress is how far a sync is.
type Progress struct {
	Collection     string
	Objects, Pages int
}

// Sync reads from a partner: every collection that it may read, into the inbox;
// envelopes to named people; the partner's log, which it cosigns; and it gives
// receipts for everything that came. It goes on where the last one ended, also
// after a kill, and may be repeated at any time.
//
// What could not be done is in the report, so that one fault does not hide what
// else was done. Errors: NotFound for no such partner; Invalid when it is not known
// where its node is; Unavailable and Denied when it could not be read at all; those
// of the store.
func (n *Node) Sync(ctx context.Context, id string, o SyncOptions) (*Report, error) {
	p, state, err := n.partner(ctx, id)
	if err != nil {
		return nil, err
	}
	if !state.Live(id, n.Now()) {
		return nil, &entente.Error{Kind: entente.Denied, Op: "sync", Place: id, Msg: "the partner is suspended, or its agreement has ended", Hint: "entente partner show " + id + " tells more"}
	}
	r, err := n.dial(p)
	if err != nil {
		return nil, err
	}
	defer r.close()
	c, err := n.taxiiClient(r)
	if err != nil {
		return nil, err
	}
	report := &Report{Partner: id, Started: n.Now().UTC(), Collections: []Pulled{}, Findings: []Finding{}}
	u := puller{n: n, p: p, c: c, o: o, report: report}
	first := u.run(ctx)
	if p.Log != "" && ctx.Err() == nil && !isKind(first, entente.Unavailable) && !isKind(first, entente.Denied) {
		n.proofsWith(ctx, r, p, report)
	}
	report.Ended = n.Now().UTC()
	if first != nil {
		report.fault(first)
	}
	if err := n.keepReport(context.WithoutCancel(ctx), report); err != nil {
		return report, errors.Join(first, err)
	}
	for i := range report.Findings {
		n.Logger.ErrorContext(ctx, "a finding about a partner", slog.String("partner", id), slog.String("what", report.Findings[i].What), slog.String("why", report.Findings[i].Why))
	}
	return report, first
}

// proofsWith does everything that goes with a partner that keeps a log.
func (n *Node) proofsWith(ctx context.Context, r *peer, p *partner.Partner, report *Report) {
	for _, step := range []struct {
		what string
		do   func(context.Context, *peer, *partner.Partner, *Report) error
	}{
		{"what the partner has seen of this log", n.askSeen},
		{"sealed envelopes", n.pullSealed},
		{"the partner's log", n.witness},
		{"receipts", n.giveReceipts},
	} {
		if err := step.do(ctx, r, p, report); err != nil {
			report.fault(fmt.Errorf("%s: %w", step.what, err))
		}
		if ctx.Err() != nil {
			return
		}
	}
}

// kept is the latest report of a partner.
type keptReport struct {
	Report
	// Good is when a sync last went through without a fault.
	Good time.Time `json:"good,omitzero"`
}

func (n *Node) keepReport(ctx context.Context, r *Report) error {
	return n.Store.Write(ctx, func(ctx context.Context, q store.Querier) error {
		var last keptReport
		if _, err := get(ctx, q, r.Partner, placeReport, &last); err != nil {
			last = keptReport{} // of an older program: begin anew
		}
		next := keptReport{Report: r.brief(), Good: last.Good}
		if len(r.Faults) == 0 {
			next.Good = r.Ended
		}
		return n.put(ctx, q, r.Partner, placeReport, next)
	})
}

// LastSync gives the report of the latest sync with a partner and when one last
// went through without a fault; nil when there was none.
func (n *Node) LastSync(ctx context.Context, partner string) (*Report, time.Time, error) {
	var k keptReport
	there, err := n.read(ctx, partner, placeReport, &k)
	if err != nil || !there {
		return nil, time.Time{}, err
	}
	return &k.Report, k.Good, nil
}
