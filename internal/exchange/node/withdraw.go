package node

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/shelf"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/stix/mapping"
	"entente/internal/store"
)

// Recall asks to take back what was shared. What is withdrawn is withdrawn for
// good: the object never comes back.
type Recall struct {
	Records []datapackage.Ref
	Objects []stix.ID
	// Names are records or objects as people write them: "statements:est-1", "est-1"
	// or an identifier of STIX.
	Names []string
	// Who and Why stay with this node; partners learn only that it is withdrawn.
	Who, Why string
	DryRun   bool
	Expect   string // as in [Request]
}

// Withdrawal is what taking something back does.
type Withdrawal struct {
	Objects []Withdrawn `json:"objects"`
	// Holders are the partners who had any of it.
	Holders []Holder `json:"holders"`
	Digest  string   `json:"digest"`
	Done    bool     `json:"done"`
}

// Withdrawn is one object that is taken back.
type Withdrawn struct {
	ID          stix.ID      `json:"id"`
	Type        string       `json:"type"`
	Record      string       `json:"record,omitempty"`
	Name        string       `json:"name,omitempty"`
	Level       handling.TLP `json:"level"`
	Collections []string     `json:"collections"`
	// For is what it hangs on; empty for what was asked for.
	For string `json:"for,omitempty"`
	// Since is when it was withdrawn before; zero when it was not.
	Since time.Time `json:"since,omitzero"`

	o *stix.Object
}

// Holder is a partner who was handed something that is taken back.
type Holder struct {
	Partner string `json:"partner"`
	Name    string `json:"name,omitempty"`
	// Had counts the objects it was handed, Told those of which it has fetched the
	// withdrawal, Confirmed those for which it has signed a receipt of that.
	Had       int `json:"had"`
	Told      int `json:"told"`
	Confirmed int `json:"confirmed"`
	// Shut says why the withdrawal cannot reach it by itself: the rules keep it
	// from taking the object now.
	Shut []string `json:"shut,omitempty"`
}

// Withdraw takes back objects and what hangs on them, in every collection.
//
// Errors: NotFound for what was never shared; Denied for what is a partner's;
// Conflict when the plan is not the expected one.
func (n *Node) Withdraw(ctx context.Context, r Recall) (*Withdrawal, error) {
	if err := signed("withdraw", r.Who, r.DryRun); err != nil {
		return nil, err
	}
	w, err := n.recall(ctx, &r)
	if err != nil || r.DryRun {
		return w, err
	}
	if !expected(r.Expect, w.Digest) {
		return nil, &entente.Error{Kind: entente.Conflict, Op: "withdraw", Msg: "what would be withdrawn has changed since it was shown; nothing was done", Hint: "look at it again"}
	}
	lists := map[string][]*stix.Object{}
	var places []string
	for i := range w.Objects {
		x := &w.Objects[i]
		gone := x.o
		if !gone.Revoked() {
			at := gone.VersionTime().Time().Add(time.Millisecond)
			if now := n.Now().UTC().Truncate(time.Millisecond); now.After(at) {
				at = now
			}
			if gone, err = stix.Revoke(gone, at); err != nil {
				return nil, err
			}
		}
		for _, c := range x.Collections {
			if lists[c] == nil {
				places = append(places, c)
			}
			lists[c] = append(lists[c], gone)
		}
	}
	slices.Sort(places)
	for _, c := range places { // a cut in between: the same call again does the rest
		if _, err := n.Shelf.Put(ctx, c, lists[c]); err != nil {
			return nil, err
		}
	}
	w.Done = true
	var all []string
	for i := range w.Objects {
		all = append(all, w.Objects[i].label())
	}
	return w, n.note(ctx, "withdraw", r.Who, r.Why, w.Digest, map[string]any{"records": all})
}

func (x *Withdrawn) label() string {
	if x.Record != "" {
		return x.Record
	}
	return string(x.ID)
}

// recall works out what a withdrawal does.
func (n *Node) recall(ctx context.Context, r *Recall) (*Withdrawal, error) {
	if len(r.Records)+len(r.Objects)+len(r.Names) == 0 {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "withdraw", Msg: "nothing was named", Hint: "name records or objects that were shared"}
	}
	mine, err := n.mine(ctx)
	if err != nil {
		return nil, err
	}
	w := &Withdrawal{Objects: []Withdrawn{}, Holders: []Holder{}}
	in := map[stix.ID]bool{}
	add := func(x *own, because string) {
		if in[x.o.ID()] {
			return
		}
		in[x.o.ID()] = true
		out := Withdrawn{ID: x.o.ID(), Type: x.o.Type(), Record: x.record, Name: (&candidate{o: x.o}).name(), Level: x.level, Collections: x.collections, For: because, o: x.o}
		if x.o.Revoked() {
			out.Since = x.o.VersionTime().Time()
		}
		w.Objects = append(w.Objects, out)
	}
	if err := n.named(ctx, r, mine, add); err != nil {
		return nil, err
	}
	for at := 0; at < len(w.Objects); at++ { // grows while it goes
		for _, x := range mine.hangingOn(&w.Objects[at]) {
			if !x.o.Revoked() {
				add(x, w.Objects[at].label())
			}
		}
	}
	if w.Holders, err = n.holders(ctx, w.Objects); err != nil {
		return nil, err
	}
	raw, err := json.Marshal(w.Objects)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(raw)
	w.Digest = hex.EncodeToString(sum[:])
	return w, nil
}

// named finds what was asked for.
func (n *Node) named(ctx context.Context, r *Recall, mine *shared, add func(*own, string)) error {
	var faults entente.Errors
	names, objects := []string{}, slices.Clone(r.Objects)
	for _, ref := range r.Records {
		names = append(names, store.Key{Kind: ref.Table, ID: ref.ID}.String())
	}
	for _, s := range r.Names {
		if id, why := stix.ParseID(s); why == "" {
			objects = append(objects, id)
			continue
		}
		full, err := mine.full(s)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		names = append(names, full)
	}
	for _, name := range names {
		found := mine.byRecord[name]
		if found == nil {
			faults = append(faults, &entente.Error{Kind: entente.NotFound, Op: "withdraw", Place: name, Msg: "the record was never shared by this node", Hint: "entente share --dry-run shows what is shared"})
			continue
		}
		add(found, "")
	}
	for _, id := range objects {
		found := mine.byID[id]
		switch {
		case mapping.IsDefinition(id) || Public(id):
			faults = append(faults, &entente.Error{Kind: entente.Denied, Op: "withdraw", Place: string(id), Msg: "it is a definition on which other objects rest"})
		case found != nil:
			add(found, "")
		default:
			e := &entente.Error{Kind: entente.NotFound, Op: "withdraw", Place: string(id), Msg: "this node never shared it"}
			if list, err := n.Shelf.Versions(ctx, id); err == nil && len(list) > 0 {
				e.Kind, e.Msg, e.Hint = entente.Denied, "it is an object of "+list[0].Origin+", who alone can withdraw it", "entente collection lists what may be taken out"
			}
			faults = append(faults, e)
		}
	}
	return faults.Err()
}

// own is the newest version of an object of this node that is shared.
type own struct {
	o           *stix.Object
	level       handling.TLP
	record      string
	refs        []string // the records that its record refers to
	collections []string
}

// shared is everything that this node shares of its own.
type shared struct {
	list     []*own
	byID     map[stix.ID]*own
	byRecord map[string]*own
}

// full gives the name of a shared record with its table.
func (s *shared) full(name string) (string, error) {
	if s.byRecord[name] != nil {
		return name, nil
	}
	var found []string
	for record := range s.byRecord {
		if _, id, _ := strings.Cut(record, ":"); id == name {
			found = append(found, record)
		}
	}
	slices.Sort(found)
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return "", &entente.Error{Kind: entente.NotFound, Op: "withdraw", Place: name, Msg: "no record of this name was shared by this node"}
	}
	return "", &entente.Error{Kind: entente.Invalid, Op: "withdraw", Place: name, Msg: "several records have this name", Hint: "name one of " + strings.Join(found, ", ")}
}

// mine reads the newest versions of the node's own objects.
func (n *Node) mine(ctx context.Context) (*shared, error) {
	out := &shared{byID: map[stix.ID]*own{}, byRecord: map[string]*own{}}
	err := n.each(ctx, shelf.Ask{Own: true, Newest: true}, func(e *shelf.Entry) error {
		if mapping.IsDefinition(e.ID) || Public(e.ID) || e.Type == "marking-definition" || e.Type == "extension-definition" {
			return nil
		}
		x := out.byID[e.ID]
		if x == nil {
			o, err := n.Shelf.Body(ctx, e.ID, "")
			if err != nil {
				return err
			}
			x = &own{o: o, level: e.Level}
			in := mapping.Import([]*stix.Object{o}, "")
			for _, list := range [][]mapping.Origin{in.Rows, in.Withdrawn} {
				for i := range list {
					x.record = store.Key{Kind: list[i].Table, ID: list[i].ID()}.String()
					for _, ref := range list[i].Refs() {
						x.refs = append(x.refs, store.Key{Kind: ref.Table, ID: ref.ID}.String())
					}
				}
			}
			out.byID[e.ID] = x
			out.list = append(out.list, x)
			if x.record != "" {
				out.byRecord[x.record] = x
			}
		}
		if !slices.Contains(x.collections, e.Collection) {
			x.collections = append(x.collections, e.Collection)
		}
		return nil
	})
	for _, x := range out.list {
		slices.Sort(x.collections)
	}
	slices.SortFunc(out.list, func(a, b *own) int { return cmp.Compare(a.o.ID(), b.o.ID()) })
	return out, err
}

// hangingOn finds what cannot stand without an object: records that refer to its
// record, relationships to it, translations of it, and comments on nothing else.
func (s *shared) hangingOn(gone *Withdrawn) []*own {
	var out []*own
	for _, x := range s.list {
		switch {
		case x.o.ID() == gone.ID:
		case gone.Record != "" && slices.Contains(x.refs, gone.Record):
			out = append(out, x)
		case x.o.Type() == "relationship" && (x.o.Ref("source_ref") == gone.ID || x.o.Ref("target_ref") == gone.ID),
			x.o.Type() == "language-content" && x.o.Ref("object_ref") == gone.ID:
			out = append(out, x)
		case x.o.Type() == "note" || x.o.Type() == "opinion":
			if refs := x.o.Refs("object_refs"); len(refs) == 1 && refs[0] == gone.ID {
				out = append(out, x)
			}
		}
	}
	return out
}

// holders works out who had which of the objects, and who knows that they are
// taken back.
func (n *Node) holders(ctx context.Context, list []Withdrawn) ([]Holder, error) {
	state, err := n.Book.State(ctx)
	if err != nil {
		return nil, err
	}
	at := map[string]*Holder{}
	for i := range list {
		x := &list[i]
		deliveries, err := n.Shelf.Reach(ctx, x.ID)
		if err != nil {
			return nil, err
		}
		had, told, confirmed := map[string]bool{}, map[string]bool{}, map[string]bool{}
		for _, d := range deliveries {
			switch {
			case !d.Revoked:
				had[d.Partner] = true
			default:
				told[d.Partner] = true
				confirmed[d.Partner] = confirmed[d.Partner] || d.Receipt >= 0
			}
		}
		for p := range had {
			h := at[p]
			if h == nil {
				h = &Holder{Partner: p}
				if s, ok := state.Partner(p); ok {
					h.Name = s.Name
				}
				at[p] = h
			}
			h.Had++
			if told[p] {
				h.Told++
			} else {
				h.shut(x, state.Rules, n.Now())
			}
			if confirmed[p] {
				h.Confirmed++
			}
		}
	}
	out := []Holder{}
	for _, h := range at {
		slices.Sort(h.Shut)
		out = append(out, *h)
	}
	slices.SortFunc(out, func(a, b Holder) int { return cmp.Compare(a.Partner, b.Partner) })
	return out, nil
}

// shut notes why a partner cannot fetch the withdrawal, when no collection lets it.
func (h *Holder) shut(x *Withdrawn, rules *handling.Rules, now time.Time) {
	var why []string
	for _, c := range x.Collections {
		d := rules.Decide(handling.Subject{ID: x.ID, Level: x.Level}, h.Partner, c, now)
		if d.Release {
			return
		}
		why = append(why, d.Reasons...)
	}
	for _, reason := range why {
		if !slices.Contains(h.Shut, reason) {
			h.Shut = append(h.Shut, reason)
		}
	}
}

// Outstanding is one object that this node has withdrawn, and who has not confirmed.
type Outstanding struct {
	Withdrawn
	Holders []Holder `json:"holders"`
	// Open are the partners who had it and have not confirmed the withdrawal.
	Open []string `json:"open"`
}

// Withdrawals lists what this node has withdrawn, the latest first, with the
// partners who had each of it and those who have not confirmed.
func (n *Node) Withdrawals(ctx context.Context) ([]Outstanding, error) {
	found := map[stix.ID]*Outstanding{}
	var order []*Outstanding
	err := n.each(ctx, shelf.Ask{Own: true, Revoked: true}, func(e *shelf.Entry) error {
		t := found[e.ID]
		if t == nil {
			o, err := n.Shelf.Body(ctx, e.ID, "")
			if err != nil {
				return err
			}
			t = &Outstanding{Withdrawn: Withdrawn{ID: e.ID, Type: e.Type, Name: (&candidate{o: o}).name(), Level: e.Level, Since: o.VersionTime().Time(), o: o}, Open: []string{}}
			for _, x := range mapping.Import([]*stix.Object{o}, "").Withdrawn {
				t.Record = store.Key{Kind: x.Table, ID: x.ID()}.String()
			}
			found[e.ID] = t
			order = append(order, t)
		}
		if !slices.Contains(t.Collections, e.Collection) {
			t.Collections = append(t.Collections, e.Collection)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := []Outstanding{}
	for _, t := range order {
		if t.Holders, err = n.holders(ctx, []Withdrawn{t.Withdrawn}); err != nil {
			return nil, err
		}
		for _, h := range t.Holders {
			if h.Confirmed < h.Had {
				t.Open = append(t.Open, h.Partner)
			}
		}
		out = append(out, *t)
	}
	slices.SortStableFunc(out, func(a, b Outstanding) int { return b.Since.Compare(a.Since) })
	return out, nil
}
