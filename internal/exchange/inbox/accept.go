package inbox

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/store"
)

// Via is how commits of accepted records are marked.
const Via = "exchange"

// How says who decides and how.
type How struct {
	Who string
	// Why goes to the log; a rejection must have it.
	Why string
	// Publish makes the records count at once; without it they wait for review like
	// anyone's.
	Publish bool
	// Widely allows to publish what is stricter than GREEN: everybody who can read
	// what is published here reads it then. RED is never published.
	Widely bool
}

// check refuses what nobody stands for.
func (h How) check(op string) error {
	if h.Who == "" {
		return &entente.Error{Kind: entente.Invalid, Op: op, Msg: "it is not said who decides"}
	}
	return nil
}

// Done is what a decision did.
type Done struct {
	// Commit is what was written; its Changes is 0 when nothing had to be.
	Commit  store.Commit `json:"commit"`
	Written []string     `json:"written"` // records written
	Retired []string     `json:"retired"` // records retired
	Same    []string     `json:"same"`    // records that stood here just so
	Kept    int          `json:"kept"`    // objects kept as reports of the partner's
	Missing []Missing    `json:"missing"` // what has to come before they are published
}

// Accept makes records of the items, in the state in-review or published, retires
// those that their owner has withdrawn, and keeps the rest as reports of the
// partner's. It does all of it or nothing.
//
// Errors: NotFound; Conflict for an item that is decided, or a record that
// somebody here is working on; Invalid when something would be published that
// refers to what is not here; Denied for what is too strict to be published.
func (b *Inbox) Accept(ctx context.Context, how How, ns ...int64) (*Done, error) {
	if err := how.check("accept"); err != nil {
		return nil, err
	}
	p, err := b.Preview(ctx, ns)
	if err != nil {
		return nil, err
	}
	if err := p.check(how); err != nil {
		return nil, err
	}
	done := &Done{Kept: len(p.Kept), Missing: p.Missing}
	state := store.InReview
	if how.Publish {
		state = store.Published
	}
	var changes []store.Change
	var accepted, same []int64
	for _, r := range p.Records {
		// What is the same in substance still has to be published when that is asked.
		if r.What == Same && (!how.Publish || r.Standing.State == store.Published) {
			same, done.Same = append(same, r.Item.N), append(done.Same, r.Item.Record)
			continue
		}
		accepted, done.Written = append(accepted, r.Item.N), append(done.Written, r.Item.Record)
		changes = append(changes, store.RowChange(r.row, r.base, state))
	}
	for _, r := range p.Retire {
		accepted, done.Retired = append(accepted, r.Item.N), append(done.Retired, r.Item.Record)
		change := store.RowChange(r.row, r.base, store.Retired)
		changes = append(changes, change)
	}
	for _, k := range p.Kept {
		accepted = append(accepted, k.Item.N)
	}
	if len(changes) > 0 {
		if done.Commit, err = b.st.Save(ctx, store.Reason{Who: how.Who, Why: p.why(how), Via: Via}, changes...); err != nil {
			return nil, err
		}
	}
	// A crash in between leaves the items waiting; accepting them again then finds
	// that the same stands here.
	err = b.st.Write(ctx, func(ctx context.Context, q store.Querier) error {
		if err := decide(ctx, q, accepted, Accepted, how.Who, b.now(), how.Why); err != nil {
			return err
		}
		return decide(ctx, q, same, Aside, how.Who, b.now(), "the same stood here already")
	})
	return done, err
}

// check tells why the items cannot be accepted so.
func (p *Preview) check(how How) error {
	var faults entente.Errors
	for _, r := range p.Refused {
		faults = append(faults, &entente.Error{Kind: entente.Conflict, Op: "accept", Place: place(&r.Item), Msg: r.Why, Hint: r.Hint})
	}
	if !how.Publish {
		return faults.Err()
	}
	for _, r := range p.Records {
		switch level := r.Item.Level; {
		case level >= handling.Red:
			faults = append(faults, &entente.Error{
				Kind: entente.Denied, Op: "accept", Place: place(&r.Item), Msg: "it is RED, for named people only, and cannot be published", Hint: "accept it without publishing",
			})
		case level > handling.Green && !how.Widely:
			faults = append(faults, &entente.Error{
				Kind: entente.Denied, Op: "accept", Place: place(&r.Item), Msg: "it is " + level.String() + ", and everybody who can read this workbench would read it",
				Hint: "accept it without publishing, or add --widely when only people of this organisation read the workbench",
			})
		}
	}
	for _, m := range p.Missing {
		hint := "ask the partner to share it"
		if len(m.Offers) > 0 {
			hint = fmt.Sprintf("item %d carries it: accept it too, or add --with-needed", m.Offers[0])
		}
		faults = append(faults, &entente.Error{Kind: entente.Invalid, Op: "accept", Place: strings.Join(m.By, ", "), Msg: "it refers to " + m.Record + ", which is not published here", Hint: hint})
	}
	return faults.Err()
}

func place(i *Item) string {
	name := i.Record
	if name == "" {
		name = string(i.Object)
	}
	return fmt.Sprintf("item %d, %s", i.N, name)
}

// maxNamed bounds the objects that the reason of a commit names.
const maxNamed = 5

// why names for the log from whom and from which versions the records are.
func (p *Preview) why(how How) string {
	var names []string
	for _, list := range [][]Proposed{p.Records, p.Retire} {
		for _, r := range list {
			names = append(names, fmt.Sprintf("%s (%s of %s)", r.Item.Object, r.Item.Version, r.Item.Partner))
		}
	}
	more := ""
	if len(names) > maxNamed {
		names, more = names[:maxNamed], fmt.Sprintf(" and %d more", len(names)-maxNamed)
	}
	out := "from partners: " + strings.Join(names, ", ") + more
	if how.Why != "" {
		out = how.Why + "; " + out
	}
	return out
}

// Reject decides that items are not wanted. The reason is for one's own people.
//
// Errors: Invalid without a reason; NotFound; Conflict for an item that is decided.
func (b *Inbox) Reject(ctx context.Context, how How, ns ...int64) error {
	if err := how.check("reject"); err != nil {
		return err
	}
	if strings.TrimSpace(how.Why) == "" {
		return &entente.Error{Kind: entente.Invalid, Op: "reject", Msg: "a rejection needs a reason", Hint: "say in a few words why, for those who come after"}
	}
	ns = slices.Compact(slices.Sorted(slices.Values(ns)))
	return b.st.Write(ctx, func(ctx context.Context, q store.Querier) error {
		if _, err := fetch(ctx, q, ns); err != nil {
			return err
		}
		return decide(ctx, q, ns, Rejected, how.Who, b.now(), how.Why)
	})
}

func errDecided(n int) error {
	return &entente.Error{
		Kind: entente.Conflict, Op: "decide", Msg: fmt.Sprintf("%d of the items wait for no decision any more", n),
		Hint: "somebody decided meanwhile, or a newer version came: look at the inbox again",
	}
}

func unmarshal(raw []byte, into any) error {
	if err := json.Unmarshal(raw, into); err != nil {
		return &entente.Error{Kind: entente.Internal, Op: "read the inbox", Msg: "what is stored cannot be read", Err: err}
	}
	return nil
}
