package node

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/shelf"
	"entente/internal/exchange/stix"
	"entente/internal/store"
)

// Request asks to share records, or objects of STIX from files, with those who may
// take from a collection.
type Request struct {
	Records []datapackage.Ref
	// Only leaves out what is a part of the records: the statements made in an
	// instrument, the attributions of an incident, the quotations of a statement.
	Only  bool
	Files []File
	// Collection is an id or an alias.
	Collection string
	// Level is that of what is asked for and of its parts, and of what they need
	// unless Words says otherwise; 0 is the node's level for what is unmarked. What
	// is marked stricter stays so.
	Level handling.TLP
	// Words is the level of actors and propositions that go along, since they tell
	// little by themselves; 0 is Level.
	Words handling.TLP
	// Lower allows that what was shared under a stricter level is now shared under
	// this one. What goes along and stands just so in the corpus that comes with the
	// program needs no leave.
	Lower bool
	// Until keeps what is shared in until then.
	Until    time.Time
	Who, Why string
	// DryRun only plans.
	DryRun bool
	// Expect is the digest of a plan that somebody has approved, or its first twelve
	// characters or more: when the plan has changed since, nothing is done. Empty
	// approves whatever the plan is.
	Expect string
}

// File is a bundle of STIX objects.
type File struct {
	Name string
	Data []byte
}

// Share plans, and does it unless DryRun is set. Everything or nothing is shared.
//
// Errors: NotFound for a record or collection; Invalid for a request that says
// too little; Denied for what may not lie in the collection; Conflict when the
// plan is not the expected one.
func (n *Node) Share(ctx context.Context, r Request) (*Plan, error) {
	if err := signed("share", r.Who, r.DryRun); err != nil {
		return nil, err
	}
	w, err := n.plan(ctx, &r)
	if err != nil {
		return nil, err
	}
	if r.DryRun {
		return w.plan, nil
	}
	switch {
	case !expected(r.Expect, w.plan.Digest):
		return nil, &entente.Error{
			Kind: entente.Conflict, Op: "share", Msg: "what would be shared, or with whom, has changed since it was shown; nothing was done", Hint: "look at the plan again",
		}
	case len(w.plan.Refused) > 0:
		return nil, refusedError("share", w.plan.Refused)
	}
	if err := n.embargo(ctx, &r, w); err != nil {
		return nil, err
	}
	outcomes, err := n.Shelf.Put(ctx, w.plan.Collection.ID, w.objects())
	if err != nil {
		return nil, err
	}
	for i, o := range outcomes {
		if p := &w.plan.Objects[i]; o.ID != p.ID || o.Version != p.Version || o.Level != p.Level {
			return nil, &entente.Error{Kind: entente.Internal, Op: "share", Place: p.label(), Msg: "what was shared is not what the plan said: " + o.Level.String() + " instead of " + p.Level.String()}
		}
	}
	w.plan.Done = true
	return w.plan, n.note(ctx, "share", r.Who, r.Why, w.plan.Digest, map[string]any{
		"collection": w.plan.Collection.ID, "level": w.plan.Level, "added": w.plan.Adds, "already_there": w.plan.Stays, "records": names(w.plan.Objects),
	})
}

// signed refuses what nobody stands for.
func signed(op, who string, dry bool) error {
	if who == "" && !dry {
		return &entente.Error{Kind: entente.Invalid, Op: op, Msg: "it is not said who does it"}
	}
	return nil
}

// expected reports whether a plan is the one that was approved.
func expected(want, digest string) bool {
	const least = 12
	return want == "" || len(want) >= least && strings.HasPrefix(digest, want)
}

// refusedError tells everything that may not be done.
func refusedError(op string, list []Refused) error {
	var faults entente.Errors
	for _, x := range list {
		faults = append(faults, &entente.Error{Kind: entente.Denied, Op: op, Place: x.What, Msg: x.Why, Hint: x.Hint})
	}
	return faults.Err()
}

func names(list []Planned) []string {
	var out []string
	for i := range list {
		if x := &list[i]; x.Role == Asked || x.Role == Part {
			out = append(out, x.label())
		}
	}
	return out
}

// embargo keeps the objects in, before they lie anywhere.
func (n *Node) embargo(ctx context.Context, r *Request, w *work) error {
	if r.Until.IsZero() {
		return nil
	}
	why := r.Why
	if why == "" {
		why = "shared with an embargo"
	}
	_, err := n.Book.Edit(ctx, r.Who, why, func(s *partner.Settings) error {
		w.setEmbargoes(s)
		return nil
	})
	return err
}

// noteKind is the kind of the records in which it stands who shared or withdrew
// what, when and why. They are never published.
const noteKind = "exchange"

// maxNoted bounds the records that a note names.
const maxNoted = 1000

// note enters an action in the history of the store.
func (n *Node) note(ctx context.Context, what, who, why, digest string, body map[string]any) error {
	if list, ok := body["records"].([]string); ok && len(list) > maxNoted {
		body["records"], body["more"] = list[:maxNoted], len(list)-maxNoted
	}
	body["what"] = what
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	if why == "" {
		why = what
	}
	id := fmt.Sprintf("%s-%s-%.12s", what, n.Now().UTC().Format("20060102T150405.000000"), digest)
	_, err = n.Store.Save(ctx, store.Reason{Who: who, Why: why, Via: "exchange"}, store.Change{
		Key: store.Key{Kind: noteKind, ID: id}, State: store.Draft, Body: raw,
	})
	return err
}

// work is a plan in the making.
type work struct {
	n     *Node
	r     *Request
	state *partner.State
	now   time.Time
	list  []*candidate
	plan  *Plan
}

// candidate is an object that shall go.
type candidate struct {
	o        *stix.Object
	level    handling.TLP // under which it shall go
	record   string
	public   bool // it stands just so in the corpus that comes with the program
	role     Role
	reason   string
	what     string
	origin   string // the partner whose object it is; empty for the node's own
	warnings []string
	had      []string // partners who got an earlier version
}

// name is what the object calls itself.
func (c *candidate) name() string {
	for _, p := range []string{"name", "abstract", "opinion", "relationship_type"} {
		if s := c.o.Text(p); s != "" {
			return s
		}
	}
	return ""
}

func (w *work) objects() []*stix.Object {
	out := make([]*stix.Object, len(w.list))
	for i, c := range w.list {
		out[i] = c.o
	}
	return out
}

// setEmbargoes enters the embargo of every object that carries anything.
func (w *work) setEmbargoes(s *partner.Settings) {
	for _, c := range w.list {
		if c.role != Definition {
			s.SetEmbargo(c.o.ID(), w.r.Until.UTC(), w.r.Why)
		}
	}
}

// plan works out what a request would do.
func (n *Node) plan(ctx context.Context, r *Request) (*work, error) {
	w := &work{n: n, r: r, now: n.Now(), plan: &Plan{Until: r.Until.UTC(), Objects: []Planned{}, Partners: []Reckoning{}, Refused: []Refused{}}}
	if err := w.begin(ctx); err != nil {
		return nil, err
	}
	if err := w.records(ctx); err != nil {
		return nil, err
	}
	if err := w.files(ctx); err != nil {
		return nil, err
	}
	if len(w.list) == 0 && len(w.plan.Refused) == 0 {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "share", Msg: "nothing was named to be shared", Hint: "name records, or a file of STIX objects"}
	}
	if err := w.settle(ctx); err != nil {
		return nil, err
	}
	if err := w.definitions(); err != nil {
		return nil, err
	}
	outcomes, err := n.Shelf.Judge(ctx, w.plan.Collection.ID, w.objects())
	if err != nil {
		return nil, err
	}
	if len(outcomes) != len(w.list) {
		return nil, &entente.Error{Kind: entente.Internal, Op: "share", Msg: "the shelf judged another number of objects than it was asked about"}
	}
	w.complete(outcomes)
	return w, w.plan.seal()
}

func (w *work) complete(outcomes []shelf.Outcome) {
	rules := w.state.Rules
	if !w.r.Until.IsZero() {
		s := w.state.Settings.Clone()
		w.setEmbargoes(&s)
		rules = partner.NewState(w.state.Revision, s).Rules
	}
	w.plan.fill(w.list, outcomes, w.state, rules, w.now)
}

// begin checks the request against the settings.
func (w *work) begin(ctx context.Context) error {
	fail := func(k entente.Kind, msg, hint string) error {
		return &entente.Error{Kind: k, Op: "share", Msg: msg, Hint: hint}
	}
	var err error
	if w.state, err = w.n.Book.State(ctx); err != nil {
		return err
	}
	c, ok := w.state.Collection(w.r.Collection)
	if !ok {
		return fail(entente.NotFound, fmt.Sprintf("there is no collection %q", w.r.Collection), w.collections())
	}
	w.plan.Collection = PlanCollection{c.ID, c.Alias, c.Title, c.Ceiling}
	if w.state.Settings.Identity == "" {
		return fail(entente.Invalid, "the node's settings do not say in whose name it shares", "set its actor and identity first")
	}
	if w.r.Level == 0 {
		w.r.Level = w.state.Unmarked
	}
	w.plan.Level = w.r.Level
	if w.r.Words == 0 {
		w.r.Words = w.r.Level
	}
	switch {
	case w.r.Level >= handling.Red:
		return fail(entente.Denied, "RED never goes into a collection", sealHint)
	case w.r.Level > c.Ceiling:
		return fail(entente.Denied, w.r.Level.String()+" is stricter than what the collection takes, "+c.Ceiling.String(), "choose another collection, or raise its ceiling")
	case w.r.Words > w.r.Level:
		return fail(entente.Invalid, "the level of words is stricter than that of what they go along with", "leave it out")
	case !w.r.Until.IsZero() && !w.r.Until.After(w.now):
		return fail(entente.Invalid, "the embargo is over already", "give a day to come")
	}
	return nil
}

func (w *work) collections() string {
	var list []string
	for _, c := range w.state.Settings.Collections {
		name := c.Alias
		if name == "" {
			name = c.ID
		}
		list = append(list, name)
	}
	if len(list) == 0 {
		return "entente collection add makes one"
	}
	slices.Sort(list)
	return "there are " + strings.Join(list, ", ")
}
