package handling

import (
	"slices"
	"time"

	"entente/internal/exchange/stix"
)

// Subject is what must be known of an object to decide on it.
type Subject struct {
	ID    stix.ID
	Level TLP // see [Assessor.Assess]
	// Origin is the partner who sent the object to this node; empty for the
	// node's own, and for what a partner has itself put into the collection (it
	// then chose the circle).
	Origin string
}

// Code is one reason against a release, for counting.
type Code uint16

// The reasons.
const (
	NoPartner     Code = 1 << iota // the partner is not known
	Suspended                      // … is suspended
	Expired                        // … has no agreement any more
	NoCollection                   // the collection is not known
	ClosedHere                     // … is closed, or its rule cannot be read
	NoMember                       // the partner is in none of its communities
	IsRed                          // RED goes to named people only
	OverCeiling                    // the level is above the collection's ceiling
	OverClearance                  // … above the partner's clearance
	ClientOnly                     // AMBER+STRICT, and the partner is a client
	NotOursToPass                  // another's object that may not be passed on
	UnderEmbargo                   // its day has not come
	lastCode      = UnderEmbargo
)

var codeNames = map[Code]string{
	NoPartner: "no-partner", Suspended: "suspended", Expired: "expired", NoCollection: "no-collection", ClosedHere: "closed", NoMember: "no-member", IsRed: "red",
	OverCeiling: "ceiling", OverClearance: "clearance", ClientOnly: "client", NotOursToPass: "origin", UnderEmbargo: "embargo",
}

// String gives the names of the reasons, joined by "+"; "released" for none.
func (c Code) String() string {
	if c == 0 {
		return "released"
	}
	s := ""
	for _, one := range c.Split() {
		if s != "" {
			s += "+"
		}
		s += codeNames[one]
	}
	return s
}

// Split gives the single reasons.
func (c Code) Split() []Code {
	var out []Code
	for one := Code(1); one <= lastCode; one <<= 1 {
		if c&one != 0 {
			out = append(out, one)
		}
	}
	return out
}

// Decision is whether an object goes to a partner, and why or why not.
type Decision struct {
	Release bool     `json:"release"`
	Reasons []string `json:"reasons"`
	Code    Code     `json:"-"`
}

// View is what a partner may take from a collection at a moment: [Rules.Decide]
// without the words, for deciding on many objects.
type View struct {
	rules     *Rules
	now       time.Time
	partner   *Partner
	shut      Code // reasons against everything
	ceiling   TLP
	clearance TLP
	// circle are the partners with whom this one shares a community of the
	// collection.
	circle map[string]bool
}

// View prepares deciding for one partner and collection.
func (r *Rules) View(partner, collection string, now time.Time) View {
	v := View{rules: r, now: now, partner: r.partners[partner]}
	switch p := v.partner; {
	case p == nil:
		v.shut |= NoPartner
	case p.Suspended:
		v.shut |= Suspended
	case !p.Until.IsZero() && !now.Before(p.Until):
		v.shut |= Expired
	}
	c := r.collections[collection]
	switch {
	case c == nil:
		v.shut |= NoCollection
		return v
	case c.Closed:
		v.shut |= ClosedHere
	}
	v.ceiling = c.Ceiling
	for _, id := range c.Communities {
		members := r.communities[id]
		level, in := members[partner]
		if !in {
			continue
		}
		v.clearance = max(v.clearance, level)
		if v.circle == nil {
			v.circle = map[string]bool{}
		}
		for other := range members {
			v.circle[other] = true
		}
	}
	if v.clearance == 0 {
		v.shut |= NoMember
	}
	return v
}

// Open reports whether the partner may take anything at all.
func (v View) Open() bool { return v.shut == 0 }

// Highest gives the strictest level of the node's own objects that the partner
// may take, 0 when it may take nothing: what a query can select by before each
// object is decided on.
func (v View) Highest() TLP {
	if !v.Open() {
		return 0
	}
	top := min(v.ceiling, v.clearance, AmberStrict)
	if top == AmberStrict && v.partner.ClientOf != "" {
		top = Amber
	}
	return top
}

// Check gives the reasons against releasing an object, 0 for none. It is the
// one place where this is decided.
func (v View) Check(x Subject) Code {
	level := x.Level.effective()
	against := v.shut
	if level == Red {
		against |= IsRed
	}
	// Without a ceiling or a clearance the view is shut anyway.
	if v.ceiling != 0 && level > v.ceiling {
		against |= OverCeiling
	}
	if v.clearance != 0 && level > v.clearance {
		against |= OverClearance
	}
	if v.partner != nil {
		if level == AmberStrict && v.partner.ClientOf != "" {
			against |= ClientOnly
		}
		if x.Origin != "" && x.Origin != Self && x.Origin != v.partner.ID && !v.mayPass(level, x.Origin) {
			against |= NotOursToPass
		}
	}
	if until, ok := v.rules.embargoes[x.ID]; ok && v.now.Before(until) {
		against |= UnderEmbargo
	}
	return against
}

// mayPass tells whether another's object may be passed on to the partner, as
// TLP has it: CLEAR to all, GREEN within the community of who sent it, AMBER to
// the node's own clients, the rest to nobody.
func (v View) mayPass(level TLP, origin string) bool {
	client := v.partner.ClientOf == Self
	switch level {
	case Clear:
		return true
	case Green:
		return client || v.circle[origin]
	case Amber:
		return client
	}
	return false
}

// Allows reports whether an object may go.
func (v View) Allows(x Subject) bool { return v.Check(x) == 0 }

// Decide tells whether an object may go to a partner from a collection, with
// every reason against it, or the reason for it.
func (r *Rules) Decide(x Subject, partner, collection string, now time.Time) Decision {
	v := r.View(partner, collection, now)
	code := v.Check(x)
	d := Decision{Release: code == 0, Code: code}
	name := partner
	if v.partner != nil && v.partner.Name != "" {
		name = v.partner.Name
	}
	if d.Release {
		d.Reasons = []string{"sent to " + name + ": " + x.Level.String() + ", cleared to " + v.clearance.String()}
		return d
	}
	for _, one := range code.Split() {
		d.Reasons = append(d.Reasons, "not sent to "+name+": "+v.words(one, x))
	}
	return d
}

func (v View) words(c Code, x Subject) string {
	switch c {
	case NoPartner:
		return "no such partner"
	case Suspended:
		return "the partner is suspended"
	case Expired:
		return "the agreement ended on " + v.partner.Until.UTC().Format("2006-01-02")
	case NoCollection:
		return "no such collection"
	case ClosedHere:
		return "the collection is closed, or its rule cannot be read"
	case NoMember:
		return "in no community of the collection"
	case IsRed:
		return "RED, for named people only; send it encrypted to them"
	case OverCeiling:
		return x.Level.String() + ", the collection takes up to " + v.ceiling.String()
	case OverClearance:
		return x.Level.String() + ", cleared to " + v.clearance.String()
	case ClientOnly:
		of := v.partner.ClientOf
		if of == Self {
			of = "this node"
		}
		return "AMBER+STRICT, the partner is a client of " + of
	case NotOursToPass:
		return x.Level.String() + " of " + x.Origin + ", not ours to pass on"
	case UnderEmbargo:
		return "embargo until " + v.rules.embargoes[x.ID].UTC().Format("2006-01-02 15:04 UTC")
	}
	return "unknown reason"
}

// Change is an object that other rules would let go, or would no longer.
type Change struct {
	Partner, Collection string
	Subject             Subject
	Before, After       Code
}

// Changes compares two sets of rules on objects of one collection: what a
// change of rules opens (Before is not 0) and what it closes (After is not 0).
// What was closed may have left already; the records of delivery tell.
func Changes(before, after *Rules, collection string, list []Subject, now time.Time) []Change {
	var out []Change
	partners := slices.Clone(before.partnerIDs)
	for _, p := range after.partnerIDs {
		if !slices.Contains(partners, p) {
			partners = append(partners, p)
		}
	}
	for _, p := range partners {
		a, b := before.View(p, collection, now), after.View(p, collection, now)
		for _, x := range list {
			if old, now := a.Check(x), b.Check(x); (old == 0) != (now == 0) {
				out = append(out, Change{p, collection, x, old, now})
			}
		}
	}
	return out
}
