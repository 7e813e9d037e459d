package node

import (
	"context"
	"time"

	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
	"entente/internal/ledger"
	"entente/internal/store"
)

// Status is how a node stands.
type Status struct {
	Title    string  `json:"title"`
	Actor    string  `json:"actor"`
	Identity stix.ID `json:"identity"`
	URL      string  `json:"url,omitempty"`
	Log      string  `json:"log"` // the public key
	// Leaves is the size of the log; Signed and SignedAt are of the last checkpoint.
	Leaves   int64     `json:"leaves"`
	Signed   int64     `json:"signed"`
	SignedAt time.Time `json:"signed_at,omitzero"`
	// Halt is why nothing is signed any more; nil when all is well.
	Halt *Halt `json:"halt,omitempty"`
	// Faults says what is wrong with the settings, so that it is closed.
	Faults   string          `json:"faults,omitempty"`
	Partners []PartnerStatus `json:"partners"`
}

// PartnerStatus is how the dealings with one partner stand.
type PartnerStatus struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	// Live is false for a partner that is suspended or whose agreement has ended.
	Live bool `json:"live"`
	// LastSync is when the last sync ended, Good when one last went through without a
	// fault; zero for never.
	LastSync time.Time `json:"last_sync,omitzero"`
	Good     time.Time `json:"good,omitzero"`
	Faults   []string  `json:"faults,omitempty"`
	// Owed are versions read from the partner for which it has no receipt of ours; what
	// it brought itself needs none.
	Owed int `json:"owed"`
	// Handed are versions that were handed to the partner, Receipted those of them
	// for which its receipt came in.
	Handed    int `json:"handed"`
	Receipted int `json:"receipted"`
	// Seen is the size of its log that this node has cosigned last, Cosigned the size
	// of this node's log that the partner has.
	Seen     int64     `json:"seen"`
	Cosigned int64     `json:"cosigned"`
	Findings []Finding `json:"findings,omitempty"`
}

// Status tells how the node stands.
func (n *Node) Status(ctx context.Context) (*Status, error) {
	state, err := n.Book.State(ctx)
	if err != nil {
		return nil, err
	}
	s := state.Settings
	out := &Status{Title: s.Title, Actor: s.Actor, Identity: s.Identity, URL: s.URL, Log: n.Key.Public()}
	if state.Faults != nil {
		out.Faults = state.Faults.Error()
	}
	err = n.Store.Read(ctx, func(ctx context.Context, q store.Querier) error {
		out.Partners, out.Halt = []PartnerStatus{}, nil
		var err error
		if out.Leaves, err = n.Log.Size(ctx, q); err != nil {
			return err
		}
		marks, err := ledger.Checkpoints(ctx, q, n.Log.Origin(), ledger.MaxCheckpoints)
		if err != nil {
			return err
		}
		if len(marks) > 0 {
			out.Signed, out.SignedAt = marks[0].Size, marks[0].At
		}
		var h Halt
		halted, err := get(ctx, q, "", placeHalt, &h)
		if err != nil {
			return err
		}
		if halted {
			out.Halt = &h
		}
		for i := range s.Partners {
			p, err := n.partnerStatus(ctx, q, &s.Partners[i], state.Live(s.Partners[i].ID, n.Now()), marks)
			if err != nil {
				return err
			}
			out.Partners = append(out.Partners, *p)
		}
		return nil
	})
	return out, err
}

func (n *Node) partnerStatus(ctx context.Context, q store.Querier, p *partner.Partner, live bool, marks []ledger.KeptCheckpoint) (*PartnerStatus, error) {
	out := &PartnerStatus{ID: p.ID, Name: p.Name, Live: live}
	var last keptReport
	if there, err := get(ctx, q, p.ID, placeReport, &last); there && err == nil {
		out.LastSync, out.Good, out.Faults, out.Findings = last.Ended, last.Good, last.Faults, last.Findings
	}
	for _, count := range []struct {
		into  *int
		query string
		arg   string
	}{
		{&out.Owed, "SELECT count(*) FROM exchange_inbox WHERE partner = $1 AND receipted = 0 AND collection NOT IN (SELECT id FROM exchange_collections)", p.ID},
		{&out.Handed, "SELECT count(*) FROM exchange_releases WHERE partner = $1", p.ID},
		{&out.Receipted, "SELECT count(*) FROM ledger_receipts WHERE partner = $1", p.LogName()},
	} {
		if err := q.QueryRowContext(ctx, count.query, count.arg).Scan(count.into); err != nil {
			return nil, err
		}
	}
	if p.Log == "" {
		return out, nil
	}
	var err error
	if out.Seen, err = ledger.Last(ctx, q, p.LogName()); err != nil {
		return nil, err
	}
	ring, err := n.ring(p)
	if err != nil {
		return nil, err
	}
	for _, m := range marks {
		c, err := ring.OpenCheckpoint(m.Note)
		if err == nil && len(c.Witnesses()) > 0 {
			out.Cosigned = c.Size
			break
		}
	}
	return out, nil
}
